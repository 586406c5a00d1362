//! Formats, told apart by what is in a file and never by its name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ReadError;

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Plain text: UTF-8, UTF-16 or windows-1252.
    Text,
    /// Rich Text Format.
    Rtf,
    /// Word 2007 and later.
    Docx,
    /// PDF with a text layer.
    Pdf,
    /// A web page.
    Html,
    /// HL7 CDA release 2, such as a C-CDA.
    Cda,
    /// HL7 version 2 messages.
    Hl7,
    /// FHIR R4 in JSON.
    Fhir,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Rtf, Self::Docx, Self::Pdf, Self::Html, Self::Cda, Self::Hl7, Self::Fhir];

    /// Its word on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Rtf => "rtf",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Cda => "cda",
            Self::Hl7 => "hl7",
            Self::Fhir => "fhir",
        }
    }

    /// The format of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// True for formats that unpack, nest or point about, which are read in a process of bounded memory and time.
    /// The others are scanned once from front to back.
    pub const fn is_bounded(self) -> bool {
        !matches!(self, Self::Text)
    }

    /// What to do when a file of this format has no words.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Pdf => "a scan has to be recognized first (OCR): give a PDF with a text layer, or the text",
            Self::Hl7 => "expected OBX segments with TX, FT, ST or ED",
            Self::Fhir => "expected an attachment with data, a narrative or a conclusion",
            _ => "save the note as plain text and try again",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "plain text",
            Self::Rtf => "RTF",
            Self::Docx => "DOCX",
            Self::Pdf => "PDF",
            Self::Html => "HTML",
            Self::Cda => "C-CDA",
            Self::Hl7 => "HL7 message",
            Self::Fhir => "FHIR",
        })
    }
}

/// Bytes looked at to tell formats apart.
const HEAD_BYTES: usize = 4_096;
/// PDF readers find the header within this many bytes (ISO 32000-1 annex H, implementation note 13).
const PDF_HEADER_BYTES: usize = 1_024;

/// The format of a file.
///
/// # Errors
/// Formats that are known and not read are refused by name, each with what to do.
pub fn detect(bytes: &[u8]) -> Result<Kind, ReadError> {
    let refuse = |found: &str, advice: &str| Err(ReadError::new(Kind::Text, "byte 0", found, advice));
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let bare = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if has(head.get(..PDF_HEADER_BYTES).unwrap_or(head), b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    if bare.starts_with(b"{\\rtf") {
        return Ok(Kind::Rtf);
    }
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Docx);
    }
    let message = bare.strip_prefix(b"\x0B").unwrap_or(bare);
    if [&b"MSH"[..], b"FHS", b"BHS"].iter().any(|id| message.starts_with(id))
        && message.get(3).is_some_and(u8::is_ascii_punctuation)
    {
        return Ok(Kind::Hl7);
    }
    for (magic, found) in [
        (&b"\xD0\xCF\x11\xE0"[..], "a Word document of before 2007"),
        (b"\x7FELF", "a program"),
        (b"PK\x05\x06", "an empty zip archive"),
        (b"\x1F\x8B", "a gzip archive"),
    ] {
        if head.starts_with(magic) {
            return refuse(found, "save the note as DOCX, PDF or plain text and try again");
        }
    }
    let images = [&b"\xFF\xD8\xFF"[..], b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8"];
    if images.iter().any(|magic| head.starts_with(magic)) {
        return refuse("a picture", "a scan has to be recognized first (OCR): give the text");
    }
    if bare.starts_with(b"{") && has(head, b"\"resourceType\"") {
        return Ok(Kind::Fhir);
    }
    if bare.starts_with(b"<") {
        return markup(bare);
    }
    // A resource may say its type late; JSON is never a note.
    if bare.starts_with(b"{") && has(bytes, b"\"resourceType\"") {
        return Ok(Kind::Fhir);
    }
    Ok(Kind::Text)
}

/// Tells markup by its root; text that merely begins with a bracket stays text.
fn markup(head: &[u8]) -> Result<Kind, ReadError> {
    let lower = String::from_utf8_lossy(head).to_ascii_lowercase();
    let root = root_name(&lower);
    let local = root.rsplit(':').next().unwrap_or_default();
    let is_xml = lower.starts_with("<?xml");
    match local {
        "clinicaldocument" => Ok(Kind::Cda),
        "html" | "head" | "body" | "div" | "p" | "table" | "h1" | "h2" | "h3" | "span" | "meta" | "pre" => {
            Ok(Kind::Html)
        }
        _ if lower.starts_with("<!doctype html") => Ok(Kind::Html),
        _ if lower.contains("hl7.org/fhir") => {
            Err(ReadError::new(Kind::Fhir, "byte 0", "FHIR in XML", "give FHIR resources as JSON"))
        }
        _ if is_xml => Err(ReadError::new(
            Kind::Cda,
            "byte 0",
            format!("XML that begins with <{root}>"),
            "expected <ClinicalDocument> (C-CDA) or <html>",
        )),
        _ => Ok(Kind::Text),
    }
}

/// The name of the first element after declarations and comments.
fn root_name(lower: &str) -> &str {
    let mut rest = lower;
    loop {
        rest = rest.trim_start();
        // Declarations of a document's own end the document type later than its first bracket.
        let has_own = |rest: &str| rest.find('[').is_some_and(|own| rest.find('>').is_some_and(|end| own < end));
        let closing = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!") && has_own(rest) {
            "]>"
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            ">"
        } else {
            break;
        };
        let Some((_, after)) = rest.split_once(closing) else { return "" };
        rest = after;
    }
    let name = rest.strip_prefix('<').unwrap_or_default();
    name.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
