//! Parts of a buffer. One that does not lie in it is empty: no panic, and nothing to read or write there.

// Not inlined: the two comparisons would otherwise stand in every place that takes a part.
#[inline(never)]
pub fn part(buf: &[u8], from: usize, to: usize) -> &[u8] {
    buf.get(from..to).unwrap_or_default()
}

#[inline(never)]
pub fn part_mut(buf: &mut [u8], from: usize, to: usize) -> &mut [u8] {
    buf.get_mut(from..to).unwrap_or_default()
}

/// Moves the bytes in `from..end` down to `to`, which is not above `from`.
#[inline(never)]
pub fn move_down(buf: &mut [u8], to: usize, from: usize, end: usize) {
    let place = part_mut(buf, to, end);
    let gap = from.wrapping_sub(to);
    // Or it would panic; the compiler sees that it cannot.
    if gap <= place.len() {
        place.copy_within(gap.., 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_move_down_over_themselves() {
        let mut buf = *b"0123456789";
        move_down(&mut buf, 1, 3, 8);
        assert_eq!(&buf, b"0345676789");
    }

    #[test]
    fn nothing_moves_that_does_not_lie_in_the_buffer() {
        let mut buf = *b"0123";
        move_down(&mut buf, 0, 2, 9);
        move_down(&mut buf, 3, 2, 4);
        move_down(&mut buf, 2, 2, 4);
        assert_eq!(&buf, b"0123");
    }
}
