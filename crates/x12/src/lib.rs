//! X12 EDI: bytes to segments to loops, validation, acknowledgements, writing.
