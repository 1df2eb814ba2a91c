use std::process::Command;

/// What changed between two notes.
pub fn difference(old: &str, new: &str) -> String {
    let told = Command::new("git").args(["diff", "--no-index", "--stat", old, new]).output();
    told.map(|found| String::from_utf8_lossy(&found.stdout).into_owned()).unwrap_or_else(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_compiler_is_there_for_tests() {
        assert!(std::process::Command::new("rustc").arg("-V").status().unwrap().success());
    }
}
