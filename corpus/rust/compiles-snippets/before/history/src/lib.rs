use std::process::Command;

const COMPILER: &str = "rustc";

/// What changed between two notes.
pub fn difference(old: &str, new: &str) -> String {
    let told = Command::new(COMPILER).args(["--emit=mir", old, new]).output();
    told.map(|found| String::from_utf8_lossy(&found.stdout).into_owned()).unwrap_or_else(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_compiler_is_there_for_tests() {
        assert!(std::process::Command::new("rustc").arg("-V").status().unwrap().success());
    }
}
