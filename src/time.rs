//! Milliseconds that wrap. Two instants are only ever compared by their difference, so a clock that
//! passes `u32::MAX`, or jumps forward during deep sleep, needs no special case.

/// A reading of the user's clock, in milliseconds.
pub type Millis = u32;

/// The furthest apart two instants may lie and still be ordered: about 24.8 days.
pub const HORIZON: Millis = i32::MAX as u32;

/// `at` is reached, or was passed less than `HORIZON` ago.
pub fn reached(at: Millis, now: Millis) -> bool {
    now.wrapping_sub(at) <= HORIZON
}

/// Milliseconds from `now` until `at`; 0 when it is reached.
pub fn until(at: Millis, now: Millis) -> u32 {
    if reached(at, now) { 0 } else { at.wrapping_sub(now) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_past_the_wrap_is_still_in_the_future() {
        let now = u32::MAX - 5;
        assert!(!reached(now.wrapping_add(10), now));
        assert_eq!(until(now.wrapping_add(10), now), 10);
    }

    #[test]
    fn an_instant_before_the_wrap_is_past() {
        assert!(reached(u32::MAX - 5, 3));
        assert_eq!(until(u32::MAX - 5, 3), 0);
    }
}
