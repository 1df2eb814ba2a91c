fn main() {
    println!("It is lit.");
}
