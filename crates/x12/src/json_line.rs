//! A claim as one line of JSON, written as it stands in the file without values in between.

use crate::claims::ClaimUnit;
use crate::marks::Traits;
use crate::segment::Segment;

impl ClaimUnit<'_> {
    /// Adds the claim to `out` as one JSON object, without a line end: `set`, `transaction`, `guide`, `claim`, `context`
    /// and `segments`, each segment an array as in [`crate::json`].
    ///
    /// ```
    /// # let isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~";
    /// # let file = format!("{isa}GS*HC*A*B*20261002*0915*1*X*005010X222A1~ST*837*0001*005010X222A1~CLM*A1*10***11:B:1~SE*3*0001~GE*1*1~IEA*1*000000001~");
    /// let mut claims = x12::ClaimReader::new(file.as_bytes());
    /// let mut line = Vec::new();
    /// claims.next_claim()?.unwrap().write_line(&mut line);
    /// assert!(line.ends_with(br#""claim":"A1","context":[],"segments":[["CLM","A1","10","","",["11","B","1"]]]}"#));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_line(&self, out: &mut Vec<u8>) {
        let texts = [
            ("{\"set\":", self.set_id),
            (",\"transaction\":", self.transaction),
            (",\"guide\":", self.guide),
            (",\"claim\":", self.control()),
        ];
        for (name, value) in texts {
            out.extend_from_slice(name.as_bytes());
            put_text(out, value.as_bytes());
        }
        out.extend_from_slice(b",\"context\":[");
        put_all(out, &self.context, |out, segment| put_segment(out, segment));
        out.extend_from_slice(b"],\"segments\":[");
        put_all(out, &self.segments, |out, segment| put_segment(out, segment));
        out.extend_from_slice(b"]}");
    }
}

/// Adds items with commas between them.
pub(crate) fn put_all<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, put: impl Fn(&mut Vec<u8>, T)) {
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        put(out, item);
    }
}

pub(crate) fn put_segment(out: &mut Vec<u8>, segment: &Segment<'_>) {
    let marks = segment.delimiters();
    let trailing = segment.raw().iter().rev().take_while(|byte| **byte == marks.element).count();
    let kept = segment.element_count().saturating_sub(trailing).saturating_add(1);
    let is_plain = !segment.traits().has(Traits::COMPONENT | Traits::RARE);
    out.push(b'[');
    put_all(out, segment.elements().take(kept).enumerate(), |out, (n, value)| match value {
        value if is_plain || n == 0 => put_text(out, value),
        value => put_element(out, value, marks.repetition, marks.component),
    });
    out.push(b']');
}

fn put_element(out: &mut Vec<u8>, value: &[u8], repetition: Option<u8>, component: u8) {
    if let Some(mark) = repetition.filter(|mark| value.contains(mark)) {
        out.extend_from_slice(b"{\"repeat\":[");
        put_all(out, value.split(|byte| *byte == mark), |out, one| put_element(out, one, None, component));
        out.extend_from_slice(b"]}");
    } else if value.contains(&component) {
        out.push(b'[');
        put_all(out, value.split(|byte| *byte == component), put_text);
        out.push(b']');
    } else {
        put_text(out, value);
    }
}

/// Adds a JSON string. Bytes that are no text are replaced, not lost in silence: JSON cannot carry them.
pub(crate) fn put_text(out: &mut Vec<u8>, value: &[u8]) {
    out.push(b'"');
    let is_plain = |byte: &u8| matches!(*byte, b' '..=b'~') && !matches!(*byte, b'"' | b'\\');
    if value.iter().all(is_plain) {
        out.extend_from_slice(value);
    } else {
        for c in String::from_utf8_lossy(value).chars() {
            match c {
                '"' | '\\' => out.extend_from_slice(format!("\\{c}").as_bytes()),
                '\x08' => out.extend_from_slice(b"\\b"),
                '\t' => out.extend_from_slice(b"\\t"),
                '\n' => out.extend_from_slice(b"\\n"),
                '\x0C' => out.extend_from_slice(b"\\f"),
                '\r' => out.extend_from_slice(b"\\r"),
                '\0'..='\x1F' => out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes()),
                _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }
    out.push(b'"');
}
