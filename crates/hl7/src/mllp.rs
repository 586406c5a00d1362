//! The minimal lower layer protocol: messages in a stream of bytes, as pure functions.
//!
//! A block is `0x0B`, the message, `0x1C 0x0D` (HL7 implementation guide, minimal lower layer protocol, release 1).

const START: u8 = 0x0B;
const END: u8 = 0x1C;
const AFTER: u8 = b'\r';

/// Largest block taken in; a sender of more is cut off.
pub const BLOCK_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Why a stream cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MllpError {
    /// The block is larger than [`BLOCK_BYTES_MAX`].
    #[error("a block has more than {BLOCK_BYTES_MAX} bytes; close the connection")]
    TooLong,
    /// Bytes between blocks.
    #[error("found byte {0:#04X} between blocks; expected the start of a block, 0x0B")]
    Outside(u8),
}

/// Puts a message into a block.
pub fn frame(message: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(message.len() + 3);
    block.push(START);
    block.extend_from_slice(message);
    block.extend_from_slice(&[END, AFTER]);
    block
}

/// Takes the first whole block from the front of what was received; none while it is incomplete.
///
/// # Errors
/// [`MllpError`]: the connection cannot be trusted to be in step any more.
pub fn take(received: &mut Vec<u8>) -> Result<Option<Vec<u8>>, MllpError> {
    let blank = received.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    received.drain(..blank);
    match received.first() {
        None => return Ok(None),
        Some(&START) => {}
        Some(&other) => return Err(MllpError::Outside(other)),
    }
    match received.windows(2).position(|pair| pair == [END, AFTER]) {
        Some(end) if end <= BLOCK_BYTES_MAX => {
            let message = received.get(1..end).unwrap_or_default().to_vec();
            received.drain(..end + 2);
            Ok(Some(message))
        }
        None if received.len() <= BLOCK_BYTES_MAX => Ok(None),
        _ => Err(MllpError::TooLong),
    }
}
