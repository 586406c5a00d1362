//! HL7 CDA release 2, as C-CDA uses it: the narrative of each section under its title, since the narrative is what a
//! clinician attested; coded entries are kept as hints.

use crate::{
    About, Hint, Kind, Read, ReadError, embedded,
    flow::{Break, Flow, break_of},
    limit::EMBEDDED_DEPTH_MAX,
    plain,
    xml::{Element, Node, Xml},
};

/// Root of national provider identifiers.
const NPI: &str = "2.16.840.1.113883.4.6";
/// Most hints kept; a summary of a long life has some hundreds.
const HINTS_MAX: usize = 10_000;

struct Reader {
    flow: Flow,
    about: About,
    hints: Vec<Hint>,
    left_out: Vec<String>,
    /// Open elements from the root.
    path: Vec<String>,
    /// Heading of the section being read.
    section: String,
    /// Elements whose words are left out, by the depth they began at.
    hidden_at: Option<usize>,
    /// A body that is not markup: its media type, whether it is packed, its text so far.
    body: Option<(String, bool, String)>,
}

/// Reads a document.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    read_at(bytes, 0)
}

/// As [`read`], for a document inside others.
pub(crate) fn read_at(bytes: &[u8], depth: u8) -> Result<Read, ReadError> {
    let (markup, offset) = plain::decoded(bytes, Kind::Cda)?;
    let mut reader = Reader {
        flow: Flow::new(Kind::Cda),
        about: About::default(),
        hints: Vec::new(),
        left_out: Vec::new(),
        path: Vec::new(),
        section: String::new(),
        hidden_at: None,
        body: None,
    };
    let mut xml = Xml::new(&markup, Kind::Cda);
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(element) => reader.start(element),
            Node::End(name) => reader.end(&name, depth)?,
            Node::Text(text, at) => reader.text(text, offset.map(|o| o + at.start..o + at.end))?,
            Node::Character(c, at) => {
                reader.text(c.encode_utf8(&mut [0; 4]), offset.map(|o| o + at.start..o + at.end))?;
            }
        }
    }
    let (text, map) = reader.flow.finish()?;
    Ok(Read { kind: Kind::Cda, text, map, about: reader.about, hints: reader.hints, left_out: reader.left_out })
}

impl Reader {
    fn ends_with(&self, names: &[&str]) -> bool {
        let skip = self.path.len().checked_sub(names.len());
        skip.is_some_and(|skip| self.path.iter().skip(skip).zip(names).all(|(a, b)| a == b))
    }

    fn is_within(&self, name: &str) -> bool {
        self.path.iter().any(|n| n == name)
    }

    /// In the narrative of a section, or in its title.
    fn is_narrative(&self) -> bool {
        let mut pairs = self.path.iter().zip(self.path.iter().skip(1));
        pairs.any(|(outer, inner)| outer == "section" && matches!(inner.as_str(), "text" | "title"))
    }

    fn start(&mut self, element: Element) {
        self.path.push(element.name.clone());
        if !self.is_within("structuredBody") && !self.is_within("nonXMLBody") {
            self.header(&element);
            return;
        }
        if self.ends_with(&["nonXMLBody", "text"]) {
            let is_packed = element.attribute("representation") == "B64";
            self.body = Some((element.attribute("mediaType").to_owned(), is_packed, String::new()));
        }
        if self.is_within("entry") {
            self.hint(&element);
            return;
        }
        let is_deleted = element.name == "content" && element.attribute("revised") == "delete";
        if self.hidden_at.is_none() && self.is_narrative() {
            if is_deleted || element.name == "renderMultiMedia" {
                self.hidden_at = Some(self.path.len());
                return;
            }
            match element.name.as_str() {
                "title" => {
                    self.section.clear();
                    self.flow.blank();
                }
                "text" => self.flow.line(),
                name => self.flow.open(narrative(name)),
            }
        }
    }

    fn end(&mut self, name: &str, depth: u8) -> Result<(), ReadError> {
        if self.hidden_at == Some(self.path.len()) {
            self.hidden_at = None;
        } else if self.hidden_at.is_none() && self.is_narrative() && !self.is_within("entry") {
            match name {
                "title" | "text" => self.flow.line(),
                name => self.flow.close(narrative(name)),
            }
        }
        if self.ends_with(&["nonXMLBody", "text"])
            && let Some((media_type, is_packed, text)) = self.body.take()
        {
            self.embed(&media_type, is_packed, &text, depth)?;
        }
        self.path.pop();
        Ok(())
    }

    fn embed(&mut self, media_type: &str, is_packed: bool, text: &str, depth: u8) -> Result<(), ReadError> {
        if depth >= EMBEDDED_DEPTH_MAX {
            self.left_out.push("documents inside documents inside documents".to_owned());
            return Ok(());
        }
        let bytes = if is_packed { embedded::unpack(text, Kind::Cda, "nonXMLBody")? } else { text.as_bytes().to_vec() };
        let note = embedded::read(&bytes, media_type, depth + 1)?;
        self.flow.embed(&note, "nonXMLBody")?;
        self.left_out.extend(note.left_out);
        Ok(())
    }

    fn text(&mut self, text: &str, at: Option<std::ops::Range<usize>>) -> Result<(), ReadError> {
        if let Some((_, _, body)) = &mut self.body {
            body.push_str(text);
            return Ok(());
        }
        if !self.is_within("structuredBody") {
            self.header_text(text);
            return Ok(());
        }
        if self.hidden_at.is_some() || !self.is_narrative() || self.is_within("entry") {
            return Ok(());
        }
        if self.ends_with(&["section", "title"]) {
            self.section.push_str(text.trim());
        }
        self.flow.text(text, at)
    }

    fn hint(&mut self, element: &Element) {
        let (code, system) = (element.attribute("code"), element.attribute("codeSystem"));
        let is_coded = matches!(element.name.as_str(), "code" | "value" | "translation");
        if !is_coded || code.is_empty() || system.is_empty() || self.hints.len() >= HINTS_MAX {
            return;
        }
        self.hints.push(Hint {
            system: system.to_owned(),
            code: code.to_owned(),
            words: element.attribute("displayName").to_owned(),
            section: self.section.clone(),
        });
    }

    fn header(&mut self, element: &Element) {
        let day = |text: &str| text.get(..8).and_then(|day| day.parse().ok());
        let value = element.attribute("value");
        if self.ends_with(&["patientRole", "id"]) {
            self.about
                .patient_numbers
                .extend(Some(element.attribute("extension").to_owned()).filter(|n| !n.is_empty()));
        } else if self.ends_with(&["patient", "birthTime"]) {
            self.about.born_on = day(value);
        } else if self.ends_with(&["encompassingEncounter", "effectiveTime"])
            || self.ends_with(&["encompassingEncounter", "effectiveTime", "low"])
        {
            self.about.served_on = self.about.served_on.or(day(value));
        } else if self.ends_with(&["serviceEvent", "effectiveTime", "high"]) {
            // The encounter says the day of a visit better than the event, and stands after it.
            self.about.served_on = self.about.served_on.or(day(value));
        } else if self.ends_with(&["assignedAuthor", "id"]) && element.attribute("root") == NPI {
            element.attribute("extension").clone_into(&mut self.about.author_npi);
        } else if self.ends_with(&["ClinicalDocument", "id"]) {
            let (root, extension) = (element.attribute("root"), element.attribute("extension"));
            self.about.number = if extension.is_empty() { root.to_owned() } else { extension.to_owned() };
        }
    }

    fn header_text(&mut self, text: &str) {
        let words = text.trim();
        if self.ends_with(&["patient", "name", "family"]) && self.about.family.is_empty() {
            words.clone_into(&mut self.about.family);
        } else if self.ends_with(&["patient", "name", "given"]) && self.about.given.is_empty() {
            words.clone_into(&mut self.about.given);
        }
    }
}

/// How an element of a narrative block breaks the flow; a title inside one is only a caption.
fn narrative(name: &str) -> Break {
    match name {
        // In a narrative block these are drawings and forms of nothing.
        "content" | "sub" | "sup" | "linkHtml" | "footnote" | "footnoteRef" => Break::Inline,
        name => break_of(name),
    }
}
