//! HTML as people and programs write it: never well formed, always readable. Scripts and styles are not text.

use crate::{
    About, Kind, Read, ReadError,
    flow::{Break, Flow, break_of},
    limit::DEPTH_MAX,
    plain,
};

/// Reads a page.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    // Other encodings become UTF-8 first, and then have no places.
    let (markup, offset) = plain::decoded(bytes, Kind::Html)?;
    let mut flow = Flow::new(Kind::Html);
    words(&markup, &mut flow, offset)?;
    let (text, map) = flow.finish()?;
    Ok(Read { kind: Kind::Html, text, map, about: About::default(), hints: Vec::new(), left_out: Vec::new() })
}

/// Puts the words of markup into a flow; `offset` is the byte of the part at which it begins, where it stands there.
pub(crate) fn words(markup: &str, flow: &mut Flow, offset: Option<usize>) -> Result<(), ReadError> {
    let mut at = 0;
    let mut depth = 0_usize;
    let (mut is_pre, mut is_over) = (false, false);
    while let Some(rest) = markup.get(at..).filter(|rest| !rest.is_empty()) {
        let until = rest.find('<').unwrap_or(rest.len());
        let run = rest.get(..until).unwrap_or_default();
        // Preformatted text breaks where it breaks.
        let separator = if is_pre { '\n' } else { '\0' };
        let mut start = 0;
        for line in run.split(separator) {
            if start > 0 {
                if line.trim().is_empty() { flow.blank() } else { flow.line() }
            }
            text(line, at + start, flow, offset)?;
            start += line.len() + 1;
        }
        at += until;
        let Some(tag) = markup.get(at..).filter(|rest| !rest.is_empty()) else { break };
        // Where no bracket closes any more, none opens either.
        is_over = is_over || !tag.contains('>');
        let Some(tag) = Some(tag).filter(|_| !is_over).and_then(Tag::read) else {
            // A bracket that opens nothing is a sign: BP < 120.
            flow.text("<", offset.map(|o| o + at..o + at + 1))?;
            at += 1;
            continue;
        };
        at += tag.length;
        let how = break_of(&tag.name);
        if tag.name == "pre" {
            is_pre = !tag.is_end;
        }
        if tag.is_end {
            depth = depth.saturating_sub(1);
            flow.close(how);
        } else {
            depth += 1;
            if depth > DEPTH_MAX * 16 {
                let found = "elements without end";
                return Err(ReadError::new(Kind::Html, format!("byte {at}"), found, "save the note as plain text"));
            }
            flow.open(how);
            if how == Break::Hidden && !tag.is_empty {
                at += skipped(markup.get(at..).unwrap_or_default(), &tag.name);
            }
        }
    }
    Ok(())
}

/// How much to skip to be after the end of a hidden element.
fn skipped(rest: &str, name: &str) -> usize {
    let is_end = |(at, _): &(usize, &str)| {
        rest.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    let Some((start, _)) = rest.match_indices("</").find(is_end) else { return rest.len() };
    let end = rest.get(start..).and_then(|tail| tail.find('>'));
    end.map_or(rest.len(), |end| start + end + 1)
}

struct Tag {
    name: String,
    is_end: bool,
    is_empty: bool,
    length: usize,
}

impl Tag {
    fn read(markup: &str) -> Option<Self> {
        let nothing = |length| Self { name: String::new(), is_end: false, is_empty: true, length };
        if markup.starts_with("<!--") {
            return Some(nothing(markup.find("-->").map_or(markup.len(), |end| end + 3)));
        }
        if markup.starts_with("<!") || markup.starts_with("<?") {
            return Some(nothing(markup.find('>').map_or(markup.len(), |end| end + 1)));
        }
        let is_end = markup.starts_with("</");
        let inner = markup.get(1 + usize::from(is_end)..)?;
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let name: String = inner.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/')).collect();
        let mut quote = None;
        let end = markup.char_indices().find(|(_, c)| match quote {
            Some(open) => {
                if *c == open {
                    quote = None;
                }
                false
            }
            None if matches!(c, '"' | '\'') => {
                quote = Some(*c);
                false
            }
            None => *c == '>',
        });
        // A quotation mark that is never closed was only a sign; a tag that never ends was none.
        let end = end.map(|(end, _)| end).or_else(|| markup.find('>'))?;
        let is_empty = markup.get(..end)?.ends_with('/');
        Some(Self { name: name.to_ascii_lowercase(), is_end, is_empty, length: end + 1 })
    }
}

/// Adds text with its character references.
fn text(raw: &str, at: usize, flow: &mut Flow, offset: Option<usize>) -> Result<(), ReadError> {
    let mut done = 0;
    let place = |from: usize, to: usize| offset.map(|o| o + at + from..o + at + to);
    for (start, _) in raw.match_indices('&') {
        if start < done {
            continue;
        }
        let Some((character, length)) = raw.get(start..).and_then(reference) else { continue };
        flow.text(raw.get(done..start).unwrap_or_default(), place(done, start))?;
        done = start + length;
        match character {
            '\u{a0}' | ' ' => flow.space(),
            other => flow.word(other.encode_utf8(&mut [0; 4]), place(start, done))?,
        }
    }
    flow.text(raw.get(done..).unwrap_or_default(), place(done, raw.len()))
}

/// Longest name of a character reference that is looked for.
const REFERENCE_MAX: usize = 10;

/// A character reference at the start of a text, and its length.
fn reference(raw: &str) -> Option<(char, usize)> {
    let name: String = raw.chars().skip(1).take(REFERENCE_MAX).take_while(|c| *c != ';').collect();
    let length = name.len() + 2;
    if raw.get(length - 1..length) != Some(";") {
        return None;
    }
    Some((named(&name)?, length))
}

/// The character of a name or number, as XML and HTML have them; names that notes use.
pub(crate) fn named(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control() || c.is_whitespace());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "deg" => '\u{b0}',
        "micro" => '\u{b5}',
        "plusmn" => '\u{b1}',
        "frac12" => '\u{bd}',
        "frac14" => '\u{bc}',
        "frac34" => '\u{be}',
        "sup2" => '\u{b2}',
        "times" => '\u{d7}',
        "middot" => '\u{b7}',
        "bull" => '\u{2022}',
        "ndash" => '\u{2013}',
        "mdash" => '\u{2014}',
        "lsquo" => '\u{2018}',
        "rsquo" => '\u{2019}',
        "ldquo" => '\u{201c}',
        "rdquo" => '\u{201d}',
        "hellip" => '\u{2026}',
        "le" => '\u{2264}',
        "ge" => '\u{2265}',
        "rarr" => '\u{2192}',
        "uarr" => '\u{2191}',
        "darr" => '\u{2193}',
        "reg" => '\u{ae}',
        "trade" => '\u{2122}',
        "copy" => '\u{a9}',
        "sect" => '\u{a7}',
        "eacute" => '\u{e9}',
        "ntilde" => '\u{f1}',
        "uuml" => '\u{fc}',
        "ouml" => '\u{f6}',
        "auml" => '\u{e4}',
        _ => return None,
    })
}
