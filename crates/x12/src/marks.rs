//! Where delimiters stand in a segment: sixty-four bytes are looked at at once.

use memchr::memchr;
use wide::u8x16;

use crate::segment::Delimiters;

/// What one look along a segment tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// The element marks among the first bytes, a bit for each byte.
    pub elements: u64,
    pub traits: Traits,
}

impl Look {
    /// Bytes looked at at once: one for each bit of a mask.
    pub const BYTES: usize = 64;
}

/// What kinds of bytes a segment holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits(u8);

impl Traits {
    pub const COMPONENT: u8 = 1;
    /// Repetition marks, control characters, DEL, bytes outside ASCII.
    pub const RARE: u8 = 1 << 1;

    /// Whether one of `kinds` is there.
    pub const fn has(self, kinds: u8) -> bool {
        self.0 & kinds != 0
    }
}

/// The delimiters of an interchange, and each in every byte of a vector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    pub delimiters: Delimiters,
    element: u8x16,
    component: u8x16,
    repetition: u8x16,
    segment: u8x16,
}

/// Where marks stand in a block, a bit for each byte.
#[derive(Clone, Copy, Default)]
struct Places {
    element: u64,
    component: u64,
    rare: u64,
    segment: u64,
}

impl Marks {
    pub const fn of(delimiters: Delimiters) -> Self {
        let repetition = match delimiters.repetition {
            Some(mark) => mark,
            // A byte that is rare anyway.
            None => u8::MAX,
        };
        Self {
            delimiters,
            element: u8x16::new([delimiters.element; 16]),
            component: u8x16::new([delimiters.component; 16]),
            repetition: u8x16::new([repetition; 16]),
            segment: u8x16::new([delimiters.segment; 16]),
        }
    }

    /// Looks along the segment that begins `bytes` and tells its length, if its terminator stands in the first block, as
    /// nearly always.
    #[inline]
    pub fn cut_short(&self, bytes: &[u8]) -> Option<(usize, Look)> {
        let places = self.places(bytes.first_chunk()?);
        let length = places.segment.trailing_zeros();
        (length < u64::BITS).then(|| (length as usize, places.before(length)))
    }

    /// Looks along the segment that begins `bytes` and tells its length, if its terminator is there.
    pub fn cut(&self, bytes: &[u8]) -> Option<(usize, Look)> {
        self.cut_short(bytes).or_else(|| {
            let length = memchr(self.delimiters.segment, bytes)?;
            Some((length, self.look(bytes.get(..length).unwrap_or_default())))
        })
    }

    /// Looks along all of a segment.
    pub fn look(&self, raw: &[u8]) -> Look {
        let mut blocks = raw.chunks(Look::BYTES).map(|bytes| {
            let mut block = [0; Look::BYTES];
            block.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
            self.places(&block).before(bytes.len() as u32)
        });
        let mut look = blocks.next().unwrap_or(Look { elements: 0, traits: Traits(0) });
        blocks.for_each(|block| look.traits.0 |= block.traits.0);
        look
    }

    #[inline]
    fn places(&self, block: &[u8; Look::BYTES]) -> Places {
        let (blank, tilde) = (u8x16::splat(b' '), u8x16::splat(b'~'));
        let mut places = Places::default();
        for (bytes, at) in block.as_chunks::<16>().0.iter().zip([0, 16, 32, 48]) {
            let bytes = u8x16::new(*bytes);
            let bits = |is: u8x16| u64::from(is.to_bitmask()) << at;
            places.element |= bits(bytes.simd_eq(self.element));
            places.component |= bits(bytes.simd_eq(self.component));
            places.segment |= bits(bytes.simd_eq(self.segment));
            let rare = bytes.simd_lt(blank) | bytes.simd_gt(tilde) | bytes.simd_eq(self.repetition);
            places.rare |= bits(rare);
        }
        places
    }
}

impl Places {
    /// What stands among the first bytes, at most a block of them.
    #[inline]
    fn before(self, length: u32) -> Look {
        let of_interest = 1_u64.checked_shl(length).map_or(u64::MAX, |bit| bit.wrapping_sub(1));
        let components = if self.component & of_interest != 0 { Traits::COMPONENT } else { 0 };
        let rare = if self.rare & of_interest != 0 { Traits::RARE } else { 0 };
        Look { elements: self.element & of_interest, traits: Traits(components | rare) }
    }
}
