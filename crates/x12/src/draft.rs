//! An interchange of any length in the making, of which the last part can be taken back.

use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::envelope::StreamError;
use crate::write::{Envelope, WriteError, Writer};

/// Where an answer waits until it is known whether it is given: a file, or bytes in memory.
pub trait Spool: Read + Write + Seek {}

impl<S: Read + Write + Seek> Spool for S {}

/// Why a file could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum RespondError {
    /// The file could not be read, or an answer not be written.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// The envelope of the answer does not fit.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<io::Error> for RespondError {
    fn from(error: io::Error) -> Self {
        Self::Stream(error.into())
    }
}

/// Bytes that were written and are read once.
pub(crate) struct Written<S> {
    spool: S,
    length: u64,
}

impl<S: Spool> Written<S> {
    pub const fn new(spool: S) -> Self {
        Self { spool, length: 0 }
    }

    pub fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length = self.length.saturating_add(bytes.len() as u64);
        self.spool.write_all(bytes)
    }

    /// Takes back what was written behind a length.
    pub fn cut(&mut self, length: u64) -> io::Result<()> {
        if self.length > length {
            self.length = self.spool.seek(SeekFrom::Start(length))?;
        }
        Ok(())
    }

    pub fn copy_to(&mut self, out: &mut impl Write) -> io::Result<u64> {
        self.spool.rewind()?;
        io::copy(&mut Read::by_ref(&mut self.spool).take(self.length), out)
    }
}

/// An interchange whose parts wait in a spool.
pub(crate) struct Draft<'e, S> {
    pub writer: Writer<'e>,
    written: Written<S>,
}

/// How far a draft was.
#[derive(Clone, Copy, Default)]
pub(crate) struct Mark {
    length: u64,
    transactions: u32,
}

impl<'e, S: Spool> Draft<'e, S> {
    pub fn new(envelope: &Envelope<'e>, spool: S) -> Self {
        Self { writer: Writer::new(envelope), written: Written::new(spool) }
    }

    /// Puts what was written into the spool.
    pub fn keep(&mut self) -> io::Result<()> {
        self.written.add(&self.writer.take_written())
    }

    /// Adds segments of the open transaction set that were written elsewhere.
    pub fn append(&mut self, segments: u32, body: &mut Written<impl Spool>) -> io::Result<()> {
        self.keep()?;
        let length = body.copy_to(&mut self.written.spool)?;
        self.written.length = self.written.length.saturating_add(length);
        self.writer.count_segments(segments);
        Ok(())
    }

    pub fn mark(&mut self) -> io::Result<Mark> {
        self.keep()?;
        Ok(Mark { length: self.written.length, transactions: self.writer.transactions() })
    }

    /// Takes back everything after a mark.
    pub fn take_back(&mut self, mark: Mark) -> io::Result<()> {
        self.keep()?;
        self.writer.count_transactions(mark.transactions);
        self.written.cut(mark.length)
    }

    /// Closes the interchange and copies it.
    pub fn finish(mut self, out: &mut impl Write) -> Result<(), RespondError> {
        let rest = self.writer.finish()?;
        self.written.add(&rest)?;
        self.written.copy_to(out)?;
        Ok(())
    }
}
