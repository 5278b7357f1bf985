//! Rust demands a panic handler. Nothing in the library can reach it: the size test fails if any panic code is linked.

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
