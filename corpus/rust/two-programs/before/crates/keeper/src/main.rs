use std::io::Write;

fn main() {
    let path = std::env::var("SHELF").expect("SHELF names a file");
    let listener = std::net::TcpListener::bind(("0.0.0.0", shelf::PORT)).expect("the port is free");
    for mut stream in listener.incoming().flatten() {
        let _ = stream.write_all(&std::fs::read(&path).unwrap_or_default());
    }
}
