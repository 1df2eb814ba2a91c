use std::ffi::{c_char, c_int, c_void, CStr, CString};
use std::ptr::null_mut;

#[link(name = "sqlite3")]
extern "C" {
    fn sqlite3_open(path: *const c_char, database: *mut *mut c_void) -> c_int;
    fn sqlite3_prepare_v2(
        database: *mut c_void,
        text: *const c_char,
        length: c_int,
        statement: *mut *mut c_void,
        rest: *mut *const c_char,
    ) -> c_int;
    fn sqlite3_step(statement: *mut c_void) -> c_int;
    fn sqlite3_column_text(statement: *mut c_void, column: c_int) -> *const c_char;
}

fn main() {
    let factors: Vec<String> = std::env::args().skip(1).collect();
    let text = CString::new(format!("SELECT {}", factors.join("*"))).unwrap();
    let memory = CString::new(":memory:").unwrap();
    let (mut database, mut statement) = (null_mut(), null_mut());
    unsafe {
        sqlite3_open(memory.as_ptr(), &mut database);
        sqlite3_prepare_v2(database, text.as_ptr(), -1, &mut statement, null_mut());
        sqlite3_step(statement);
        println!("{}", CStr::from_ptr(sqlite3_column_text(statement, 0)).to_string_lossy());
    }
}
