//! Limits of what is read, so that a hostile or damaged file costs little.

/// Largest file. Scans of a whole chart are larger, and have no words to read.
pub const FILE_BYTES_MAX: usize = 32 << 20;
/// Longest text taken from a file: some hundred thousand words, a hospital stay with all its reports.
pub const TEXT_BYTES_MAX: usize = 4 << 20;
/// Most bytes a zip archive may unpack to, all members read together.
pub const UNPACKED_BYTES_MAX: u64 = 64 << 20;
/// Most members of a zip archive.
pub const MEMBERS_MAX: usize = 4_096;
/// Deepest nesting of groups and elements. Real documents stay below forty.
pub const DEPTH_MAX: usize = 256;
/// Most pages of a PDF.
pub const PAGES_MAX: usize = 2_000;
/// Documents inside documents: a PDF in an HL7 message, a C-CDA in a FHIR bundle.
pub const EMBEDDED_DEPTH_MAX: u8 = 2;
/// Most attributes of one XML element.
pub const ATTRIBUTES_MAX: usize = 256;
/// Most notes of one file.
pub const NOTES_MAX: usize = 1_000;
