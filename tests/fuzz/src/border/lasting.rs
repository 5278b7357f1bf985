//! Memory that is lent: reached only through one pointer, from its beginning to its end, as a C program's is.

use std::ptr;

/// A value that stays where it is.
pub struct Lasting<T>(*mut T);

impl<T> Lasting<T> {
    pub fn new(value: T) -> Lasting<T> {
        Lasting(Box::into_raw(Box::new(value)))
    }

    pub fn at(&self) -> *mut T {
        self.0
    }

    /// Before it is lent.
    pub fn own(&mut self) -> &mut T {
        // SAFETY: ours, and nobody else has the pointer yet.
        unsafe { &mut *self.0 }
    }
}

impl<T> Drop for Lasting<T> {
    fn drop(&mut self) {
        // SAFETY: made of a box, and whom it was lent to is gone.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

/// Bytes that begin anywhere, as a program's arrays do, and end where their memory ends.
pub struct Bytes {
    all: *mut [u8],
    skip: usize,
}

impl Bytes {
    pub fn new(skip: usize, len: usize) -> Bytes {
        Bytes { all: Box::into_raw(vec![0xA5; skip + len].into()), skip }
    }

    pub fn at(&self) -> *mut u8 {
        if self.len() == 0 { ptr::null_mut() } else { self.all.cast::<u8>().wrapping_add(self.skip) }
    }

    pub fn len(&self) -> usize {
        self.all.len() - self.skip
    }

    /// These bytes lie in it.
    pub fn has(&self, at: *const u8, len: usize) -> bool {
        let from = (at as usize).wrapping_sub(self.at() as usize);
        from <= self.len() && len <= self.len() - from
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        // SAFETY: made of a box, and whom it was lent to is gone.
        drop(unsafe { Box::from_raw(self.all) });
    }
}
