use std::io::{Read, Write};
use std::net::TcpListener;

const PAGE: &str = include_str!("page.html");

fn answer(_: &str) -> String {
    PAGE.to_string()
}

fn main() {
    let listener = TcpListener::bind("0.0.0.0:8080").expect("the port is free");
    for stream in listener.incoming().flatten() {
        let mut stream = stream;
        let mut asked = [0; 1024];
        let length = stream.read(&mut asked).unwrap_or(0);
        let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
        let body = answer(&asked);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n", body.len());
        let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes());
    }
}
