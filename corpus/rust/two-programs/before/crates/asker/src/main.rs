use std::io::Read;

fn main() {
    let place = std::env::args().nth(1).unwrap_or_else(|| format!("127.0.0.1:{}", shelf::PORT));
    let mut text = String::new();
    std::net::TcpStream::connect(place).and_then(|mut s| s.read_to_string(&mut text)).expect("the keeper answers");
    print!("{text}");
}
