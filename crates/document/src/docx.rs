//! Word documents (ECMA-376, WordprocessingML): headers, body, footnotes. Insertions that are tracked are read, deletions,
//! hidden text and field codes are not.

use std::io::{Cursor, Read as _};

use crate::{
    About, Kind, Read, ReadError,
    flow::Flow,
    limit::{MEMBERS_MAX, UNPACKED_BYTES_MAX},
    xml::{Element, Node, Xml},
};

/// Most headers, one for each kind of page and section.
const HEADERS_MAX: usize = 16;

/// Reads a document.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    let mut archive = Archive::open(bytes)?;
    let Some(body) = archive.member("word/document.xml")? else {
        return Err(archive.other());
    };
    let mut reader = Reader { flow: Flow::new(Kind::Docx), ..Reader::default() };
    let mut seen = Vec::new();
    for name in archive.headers() {
        let Some(header) = archive.member(&name)? else { continue };
        // Each section repeats its header.
        if !seen.contains(&header) {
            reader.part("page header", &header)?;
            seen.push(header);
        }
    }
    reader.flow.blank();
    reader.part("", &body)?;
    if let Some(notes) = archive.member("word/footnotes.xml")? {
        reader.flow.blank();
        reader.part("footnotes", &notes)?;
    }
    let mut left_out = Vec::new();
    if reader.pictures > 0 {
        left_out.push(format!("pictures: {}", reader.pictures));
    }
    if archive.zip.index_for_name("word/comments.xml").is_some() {
        left_out.push("comments in the margin".to_owned());
    }
    let (text, map) = reader.flow.finish()?;
    Ok(Read { kind: Kind::Docx, text, map, about: About::default(), hints: Vec::new(), left_out })
}

fn refuse(place: &str, found: impl Into<String>, advice: &str) -> ReadError {
    ReadError::new(Kind::Docx, place, found, advice)
}

const AGAIN: &str = "the file is damaged: save or send it again";

struct Archive<'a> {
    zip: zip::ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'a> Archive<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let zip = zip::ZipArchive::new(Cursor::new(bytes))
            .map_err(|e| refuse("zip directory", format!("no readable archive ({e})"), AGAIN))?;
        if zip.len() > MEMBERS_MAX {
            let found = format!("{} members", zip.len());
            return Err(refuse(
                "zip directory",
                found,
                "a document has fewer than a hundred: save the note as plain text",
            ));
        }
        Ok(Self { zip, left: UNPACKED_BYTES_MAX })
    }

    /// A member's text, unpacked as far as the limit.
    fn member(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let file =
            self.zip.by_index(index).map_err(|e| refuse(name, format!("a member that does not open ({e})"), AGAIN))?;
        let mut bytes = Vec::new();
        file.take(self.left + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| refuse(name, format!("a member that does not unpack ({e})"), AGAIN))?;
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            let found = format!("more than {} MiB unpacked", UNPACKED_BYTES_MAX >> 20);
            return Err(refuse(name, found, "leave the pictures out or save the note as plain text"));
        };
        self.left = left;
        let text = String::from_utf8(bytes).map_err(|e| {
            let place = format!("{name}, byte {}", e.utf8_error().valid_up_to());
            refuse(&place, "no UTF-8", AGAIN)
        })?;
        Ok(Some(text))
    }

    fn headers(&self) -> Vec<String> {
        let is_header = |name: &&str| name.starts_with("word/header") && name.ends_with(".xml");
        let mut names: Vec<String> = self.zip.file_names().filter(is_header).map(str::to_owned).collect();
        names.sort();
        names.truncate(HEADERS_MAX);
        names
    }

    /// What an archive is that is no Word document.
    fn other(&self) -> ReadError {
        let has = |name: &str| self.zip.file_names().any(|n| n.starts_with(name));
        let found = match () {
            () if has("xl/") => "a spreadsheet",
            () if has("ppt/") => "a presentation",
            () if has("content.xml") => "an OpenDocument file",
            () => "a zip archive that is no Word document",
        };
        refuse("zip directory", found, "save the note as DOCX, PDF or plain text and try again")
    }
}

struct Reader {
    flow: Flow,
    /// Open elements from the root.
    path: Vec<String>,
    /// What stands in an element opened at this depth is not read.
    hidden_at: Option<usize>,
    /// The run being read is hidden text.
    is_run_hidden: bool,
    pictures: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self { flow: Flow::new(Kind::Docx), path: Vec::new(), hidden_at: None, is_run_hidden: false, pictures: 0 }
    }
}

/// Elements whose words are not on the page: deletions, the old place of what was moved, the copy of a text box for
/// old readers, field codes, and the marks of the footnote separator.
const HIDDEN: &[&str] = &["del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText"];

impl Reader {
    fn part(&mut self, name: &str, xml: &str) -> Result<(), ReadError> {
        self.flow.part(name);
        let place = if name.is_empty() { "body" } else { name };
        let placed = |e: ReadError| ReadError { place: format!("{place}, {}", e.place), ..e };
        let mut xml = Xml::new(xml, Kind::Docx);
        while let Some(node) = xml.next().map_err(placed)? {
            match node {
                Node::Start(element) => self.start(&element)?,
                Node::End(name) => self.end(&name),
                Node::Text(text, _) => self.text(text)?,
                Node::Character(c, _) => self.text(c.encode_utf8(&mut [0; 4]))?,
            }
        }
        Ok(())
    }

    fn parent(&self) -> &str {
        self.path.len().checked_sub(2).and_then(|n| self.path.get(n)).map_or("", String::as_str)
    }

    fn start(&mut self, element: &Element) -> Result<(), ReadError> {
        let name = element.name.as_str();
        self.path.push(name.to_owned());
        if self.hidden_at.is_some() {
            return Ok(());
        }
        if HIDDEN.contains(&name) && self.parent() != "rPr" && self.parent() != "trPr" {
            self.hidden_at = Some(self.path.len());
            return Ok(());
        }
        let is_in_run = self.parent() == "r";
        match name {
            "p" => self.flow.paragraph(),
            "tr" => self.flow.row(),
            "tc" => self.flow.cell(),
            "tbl" => self.flow.blank(),
            "r" => self.is_run_hidden = false,
            "vanish" | "webHidden" if self.parent() == "rPr" => {
                let is_of_run = self.path.iter().rev().nth(2).is_some_and(|n| n == "r");
                self.is_run_hidden |= is_of_run && !matches!(element.attribute("val"), "0" | "false" | "off");
            }
            "numPr" => self.flow.item(),
            "pStyle" => self.style(element.attribute("val")),
            "tab" | "ptab" if is_in_run => self.flow.space(),
            "br" | "cr" if is_in_run => self.flow.line(),
            "noBreakHyphen" if is_in_run => self.word("-")?,
            "drawing" | "pict" => self.pictures += 1,
            _ => {}
        }
        Ok(())
    }

    fn style(&mut self, style: &str) {
        if style.starts_with("Heading") || style == "Title" {
            self.flow.blank();
        } else if style.starts_with("ListBullet") || style.starts_with("ListNumber") {
            self.flow.item();
        }
    }

    fn end(&mut self, name: &str) {
        if self.hidden_at == Some(self.path.len()) {
            self.hidden_at = None;
        } else if self.hidden_at.is_none() {
            match name {
                "p" => self.flow.line(),
                "tr" => self.flow.row(),
                "tc" => self.flow.cell_end(),
                "tbl" => self.flow.blank(),
                _ => {}
            }
        }
        self.path.pop();
    }

    fn text(&mut self, text: &str) -> Result<(), ReadError> {
        let is_text = self.path.last().is_some_and(|name| name == "t");
        if is_text && self.hidden_at.is_none() && !self.is_run_hidden { self.flow.text(text, None) } else { Ok(()) }
    }

    fn word(&mut self, word: &str) -> Result<(), ReadError> {
        if self.is_run_hidden { Ok(()) } else { self.flow.word(word, None) }
    }
}
