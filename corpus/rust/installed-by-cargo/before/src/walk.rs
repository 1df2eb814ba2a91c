fn main() {
    let north = std::env::args().filter(|word| word == "north").count();
    println!("{north} to the north");
}
