use std::ffi::{c_uchar, c_uint, c_ulong};

#[link(name = "z")]
extern "C" {
    fn crc32(crc: c_ulong, buffer: *const c_uchar, length: c_uint) -> c_ulong;
}

fn main() {
    for word in std::env::args().skip(1) {
        println!("{:08x}", unsafe { crc32(0, word.as_ptr(), word.len() as c_uint) });
    }
}
