fn main() {
    println!("ferry with {}", openssl::version::version());
}
