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
