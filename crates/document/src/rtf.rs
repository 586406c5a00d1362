//! Rich Text Format 1.9: what a reader sees on the page. Tables, lists and headers are read; pictures, fonts, styles,
//! comments, deleted and hidden text are not.

use std::ops::Range;

use encoding_rs::Encoding;

use crate::{About, Kind, Read, ReadError, flow::Flow, limit::DEPTH_MAX};

/// Groups that are not text (RTF 1.9, destinations). A group that begins with `\*` and is unknown is none either.
const SKIPPED: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "fldinst",
    "filetbl",
    "listtable",
    "listoverridetable",
    "revtbl",
    "rsidtbl",
    "generator",
    "themedata",
    "colorschememapping",
    "latentstyles",
    "datastore",
    "xmlnstbl",
    "annotation",
    "atnid",
    "atnauthor",
    "atndate",
    "atnref",
    "atrfstart",
    "atrfend",
    "bkmkstart",
    "bkmkend",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "nonshppict",
    "mmathPr",
    "pgdsctbl",
    "private",
    "template",
    "operator",
    "author",
    "title",
    "company",
    "comment",
    "docvar",
    "userprops",
    "background",
];

/// What a group inherits and its end restores.
#[derive(Clone, Copy)]
struct Group {
    is_skipped: bool,
    is_hidden: bool,
    /// Stand-ins for readers without Unicode that follow `\u` (`\uc`).
    stand_ins: usize,
    /// Nothing of the group was read yet.
    is_fresh: bool,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    flow: Flow,
    groups: Vec<Group>,
    group: Group,
    encoding: &'static Encoding,
    /// Stand-ins still to be skipped.
    skip: usize,
    /// First half of a character beyond the basic plane, and where it stands.
    half: Option<(u16, usize)>,
    is_row: bool,
}

/// Reads a document.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    let group = Group { is_skipped: false, is_hidden: false, stand_ins: 1, is_fresh: true };
    let mut reader = Reader {
        bytes,
        at: 0,
        flow: Flow::new(Kind::Rtf),
        groups: Vec::new(),
        group,
        encoding: encoding_rs::WINDOWS_1252,
        skip: 0,
        half: None,
        is_row: false,
    };
    reader.run()?;
    let (text, map) = reader.flow.finish()?;
    Ok(Read { kind: Kind::Rtf, text, map, about: About::default(), hints: Vec::new(), left_out: Vec::new() })
}

fn refuse(at: usize, found: &str, advice: &str) -> ReadError {
    ReadError::new(Kind::Rtf, format!("byte {at}"), found, advice)
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), ReadError> {
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'{' => {
                    if self.groups.len() >= DEPTH_MAX {
                        return Err(refuse(self.at, "groups nested too deeply", "save the note as DOCX or plain text"));
                    }
                    self.groups.push(self.group);
                    self.group.is_fresh = true;
                    self.skip = 0;
                    self.at += 1;
                }
                b'}' => {
                    self.skip = 0;
                    self.at += 1;
                    match self.groups.pop() {
                        Some(outer) => self.group = Group { is_fresh: false, ..outer },
                        None => return Err(refuse(self.at - 1, "} without {", "the file is damaged: save it again")),
                    }
                    if self.groups.is_empty() {
                        return Ok(());
                    }
                }
                b'\\' => self.control()?,
                b'\r' | b'\n' | 0 => self.at += 1,
                _ => self.plain()?,
            }
        }
        Err(refuse(self.at, "the file ends inside a group", "expected }: the file was cut off, send it again"))
    }

    fn is_silent(&self) -> bool {
        self.group.is_skipped || self.group.is_hidden
    }

    /// A run of bytes that stand for themselves.
    fn plain(&mut self) -> Result<(), ReadError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length =
            rest.iter().position(|b| matches!(b, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0)).unwrap_or(rest.len());
        let start = self.at;
        self.at += length;
        self.group.is_fresh = false;
        let skipped = self.skip.min(length);
        self.skip -= skipped;
        let run = self.bytes.get(start + skipped..self.at).unwrap_or_default();
        if self.is_silent() || run.is_empty() {
            return Ok(());
        }
        // Bytes beyond ASCII are against the rules and written all the same.
        let (text, _) = self.encoding.decode_without_bom_handling(run);
        self.flow.text(&text, Some(start + skipped..self.at))
    }

    fn say(&mut self, text: &str, bytes: Range<usize>) -> Result<(), ReadError> {
        if self.is_silent() {
            return Ok(());
        }
        self.flow.text(text, Some(bytes))
    }

    fn control(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        let Some(next) = self.bytes.get(start + 1).copied() else {
            return Err(refuse(start, "the file ends inside a control word", "the file was cut off, send it again"));
        };
        if !next.is_ascii_alphabetic() {
            self.at += 2;
            return self.symbol(next, start);
        }
        let rest = self.bytes.get(start + 1..).unwrap_or_default();
        let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let after = rest.get(letters..).unwrap_or_default();
        let is_negative = after.first() == Some(&b'-');
        let digits = after.iter().skip(usize::from(is_negative)).take_while(|b| b.is_ascii_digit()).count();
        let number = after.get(..usize::from(is_negative) + digits).and_then(|n| std::str::from_utf8(n).ok());
        let number: Option<i32> = if digits > 0 { number.and_then(|n| n.parse().ok()) } else { None };
        let length = letters + if digits > 0 { usize::from(is_negative) + digits } else { 0 };
        // One blank ends a control word and belongs to it.
        let blank = usize::from(rest.get(length) == Some(&b' '));
        self.at = start + 1 + length + blank;
        let word = std::str::from_utf8(rest.get(..letters).unwrap_or_default()).unwrap_or_default();
        self.word(word, number, start)
    }

    fn symbol(&mut self, symbol: u8, start: usize) -> Result<(), ReadError> {
        let span = start..self.at;
        match symbol {
            b'*' => {
                // `\*` marks a destination that old readers skip; those with text are let through by name.
                let name = self.bytes.get(self.at..).unwrap_or_default();
                let is_text = name.starts_with(b"\\shptxt") || name.starts_with(b"\\shpinst");
                self.group.is_skipped |= !is_text;
                return Ok(());
            }
            b'\'' => {
                let digits = self.bytes.get(self.at..self.at + 2).and_then(|d| std::str::from_utf8(d).ok());
                let Some(byte) = digits.and_then(|d| u8::from_str_radix(d, 16).ok()) else {
                    return Err(refuse(
                        start,
                        "\\' without two hexadecimal digits",
                        "the file is damaged: save it again",
                    ));
                };
                self.at += 2;
                return self.coded(byte, start);
            }
            _ if self.skip > 0 => {
                self.skip -= 1;
                return Ok(());
            }
            b'\\' | b'{' | b'}' => self.say(char::from(symbol).encode_utf8(&mut [0; 4]), span)?,
            b'~' if !self.is_silent() => self.flow.space(),
            b'_' => self.say("-", span)?,
            b'\r' | b'\n' if !self.is_silent() => self.paragraph(),
            _ => {}
        }
        self.group.is_fresh = false;
        Ok(())
    }

    /// A byte of the code page. East Asian code pages take two.
    fn coded(&mut self, byte: u8, start: usize) -> Result<(), ReadError> {
        if self.skip > 0 {
            self.skip -= 1;
            return Ok(());
        }
        let mut bytes = vec![byte];
        let is_double = !self.encoding.is_single_byte() && byte >= 0x81;
        if is_double
            && let Some([b'\\', b'\'', digits @ ..]) = self.bytes.get(self.at..self.at + 4)
            && let Some(second) = std::str::from_utf8(digits).ok().and_then(|d| u8::from_str_radix(d, 16).ok())
        {
            bytes.push(second);
            self.at += 4;
        }
        let (text, _) = self.encoding.decode_without_bom_handling(&bytes);
        let text = text.into_owned();
        match text.as_str() {
            "\u{a0}" if !self.is_silent() => self.flow.space(),
            text => self.say(text, start..self.at)?,
        }
        Ok(())
    }

    fn paragraph(&mut self) {
        if self.is_row { self.flow.space() } else { self.flow.line() }
    }

    fn word(&mut self, word: &str, number: Option<i32>, start: usize) -> Result<(), ReadError> {
        let is_fresh = std::mem::replace(&mut self.group.is_fresh, false);
        if is_fresh && SKIPPED.contains(&word) {
            self.group.is_skipped = true;
            return Ok(());
        }
        let span = start..self.at;
        match word {
            "bin" => self.at += usize::try_from(number.unwrap_or(0)).unwrap_or(0),
            "uc" => self.group.stand_ins = usize::try_from(number.unwrap_or(1)).unwrap_or(1),
            "u" => return self.unicode(number.unwrap_or(0), start),
            "ansicpg" => self.encoding = code_page(number.unwrap_or(1252)),
            "mac" => self.encoding = encoding_rs::MACINTOSH,
            "v" | "deleted" => self.group.is_hidden = number != Some(0),
            // Back to default characters, and so to ones that are seen.
            "plain" => self.group.is_hidden = false,
            _ if self.is_silent() => {}
            "par" | "line" | "softline" => self.paragraph(),
            "sect" | "page" | "column" => self.flow.blank(),
            "header" | "headerl" | "headerr" | "headerf" | "footnote" => self.flow.line(),
            "tab" => self.flow.space(),
            "trowd" => self.begin_row(),
            "cell" | "nestcell" => {
                self.flow.cell_end();
                self.flow.cell();
            }
            "row" | "nestrow" => {
                self.flow.row();
                self.is_row = false;
            }
            "listtext" | "pntext" => {
                self.group.is_skipped = true;
                self.flow.item();
            }
            _ => self.say(symbol_of(word), span)?,
        }
        Ok(())
    }

    fn begin_row(&mut self) {
        // The definition of a row may be repeated within it.
        if !self.is_row {
            self.flow.row();
            self.flow.cell();
            self.is_row = true;
        }
    }

    fn unicode(&mut self, number: i32, start: usize) -> Result<(), ReadError> {
        self.skip = self.group.stand_ins;
        // The number is a signed 16-bit one; larger ones are written all the same.
        let Ok(unit) = u16::try_from(number & 0xFFFF) else { return Ok(()) };
        let c = match (self.half.take(), unit) {
            (_, 0xD800..=0xDBFF) => {
                self.half = Some((unit, start));
                return Ok(());
            }
            (Some((high, from)), 0xDC00..=0xDFFF) => {
                let c = char::decode_utf16([high, unit]).next().and_then(Result::ok);
                return match c {
                    Some(c) => self.say(c.encode_utf8(&mut [0; 4]), from..self.at),
                    None => Ok(()),
                };
            }
            (_, unit) => char::from_u32(u32::from(unit)),
        };
        match c {
            Some('\u{a0}') if !self.is_silent() => {
                self.flow.space();
                Ok(())
            }
            Some(c) if !c.is_control() => self.say(c.encode_utf8(&mut [0; 4]), start..self.at),
            _ => Ok(()),
        }
    }
}

/// The characters a control word stands for; most stand for none.
fn symbol_of(word: &str) -> &'static str {
    match word {
        "bullet" => "\u{2022}",
        "endash" => "\u{2013}",
        "emdash" => "\u{2014}",
        "lquote" => "\u{2018}",
        "rquote" => "\u{2019}",
        "ldblquote" => "\u{201c}",
        "rdblquote" => "\u{201d}",
        "emspace" | "enspace" | "qmspace" => " ",
        _ => "",
    }
}

/// The encoding of a Windows code page.
fn code_page(number: i32) -> &'static Encoding {
    match number {
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10000 => encoding_rs::MACINTOSH,
        65001 => encoding_rs::UTF_8,
        _ => encoding_rs::WINDOWS_1252,
    }
}
