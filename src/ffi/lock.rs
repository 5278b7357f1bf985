//! The critical section behind `mqtt_post`, through two functions that the program supplies.

use critical_section::{Impl, RawRestoreState, set_impl};

unsafe extern "C" {
    fn mqtt_lock() -> u32;
    fn mqtt_unlock(state: u32);
}

struct Hooks;
set_impl!(Hooks);

// SAFETY: the header promises that between the two calls no other task and no interrupt runs the same section.
unsafe impl Impl for Hooks {
    unsafe fn acquire() -> RawRestoreState {
        // SAFETY: a plain C function, by the header.
        unsafe { mqtt_lock() }
    }

    unsafe fn release(state: RawRestoreState) {
        // SAFETY: as above; `state` is what `mqtt_lock` returned.
        unsafe { mqtt_unlock(state) }
    }
}
