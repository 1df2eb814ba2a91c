fn main() {
    println!("kelp");
}
