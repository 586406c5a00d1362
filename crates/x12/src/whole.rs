//! A file read as one that must be whole: nothing that cannot be read, no segment outside its envelope, no trailer
//! missing.

use std::io::Read;

use crate::envelope::{GE, IEA, ReadError, SE, StreamError};
use crate::lexer::not_x12;
use crate::segment::Segment;
use crate::stream::{Event, Reader};

/// Gives the events of a file until something is not whole.
pub(crate) struct WholeReader<R> {
    reader: Reader<R>,
    envelopes: Envelopes,
}

/// The envelopes that can be open, outermost first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    #[default]
    Nothing,
    Interchange,
    Group,
    Transaction,
}

/// Follows the envelopes event by event.
#[derive(Debug, Default)]
pub(crate) struct Envelopes {
    open: Open,
    is_begun: bool,
    /// ISA13.
    control: String,
    /// Where the last segment ends in the file.
    end: usize,
}

impl<R: Read> WholeReader<R> {
    pub fn new(source: R) -> Self {
        Self { reader: Reader::new(source), envelopes: Envelopes::default() }
    }

    /// The next event, which is never [`Event::Broken`] or [`Event::Stray`].
    ///
    /// # Errors
    /// When the source cannot be read, or at the place where the file is not whole.
    pub fn next_event(&mut self) -> Result<Event<'_>, StreamError> {
        let event = self.reader.next_event()?;
        self.envelopes.take(&event)?;
        Ok(event)
    }
}

impl Envelopes {
    /// Takes the next event.
    ///
    /// # Errors
    /// At the place where the file is not whole.
    pub fn take(&mut self, event: &Event<'_>) -> Result<(), ReadError> {
        match event {
            Event::Interchange(isa) => {
                self.must_be_closed_to(Open::Nothing)?;
                isa.el(13).clone_into(&mut self.control);
                (self.open, self.is_begun) = (Open::Interchange, true);
            }
            Event::Answer(_) | Event::Unit(_) => {}
            Event::Group(gs) => self.step(gs, Open::Interchange, Open::Group)?,
            Event::Transaction(st) => self.step(st, Open::Group, Open::Transaction)?,
            Event::TransactionEnd(se) => self.step(se, Open::Transaction, Open::Group)?,
            Event::GroupEnd(ge) => self.step(ge, Open::Group, Open::Interchange)?,
            Event::InterchangeEnd(iea) => {
                self.step(iea, Open::Interchange, Open::Nothing)?;
                if !iea.is_terminated() && iea.el(2) != self.control {
                    return Err(ReadError::cut(self.end, IEA));
                }
            }
            Event::Stray(segment) => return Err(ReadError::stray(segment)),
            Event::Broken(error) => return Err(error.clone()),
            Event::End(_) if !self.is_begun => return Err(not_x12(0, "the file is empty".to_owned())),
            Event::End(_) => self.must_be_closed_to(Open::Nothing)?,
        }
        if let Some(last) = event.segments().last() {
            self.end = last.offset().saturating_add(last.raw().len());
        }
        Ok(())
    }

    /// Goes from one envelope to another, if a segment stands in the right one.
    fn step(&mut self, segment: &Segment<'_>, from: Open, to: Open) -> Result<(), ReadError> {
        self.must_be_closed_to(from)?;
        if self.open < from {
            return Err(ReadError::stray(segment));
        }
        self.open = to;
        Ok(())
    }

    fn must_be_closed_to(&self, envelope: Open) -> Result<(), ReadError> {
        let trailer = match self.open {
            _ if self.open <= envelope => return Ok(()),
            Open::Transaction => SE,
            Open::Group => GE,
            Open::Interchange | Open::Nothing => IEA,
        };
        Err(ReadError::cut(self.end, trailer))
    }
}
