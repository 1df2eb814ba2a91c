fn main() {
    println!("Austen");
}
