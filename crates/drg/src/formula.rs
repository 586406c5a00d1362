//! The condition of a DRG: a formula over what codes stand for in the definitions.
//!
//! `a & (b | c) & !d` over attributes of codes, and the words below. `mcc` is a major complication or comorbidity that
//! counts for this DRG, `cc` one that counts at all; `or` an operating-room procedure, `extensive` one that also counts
//! when it has nothing to do with the principal diagnosis; `alive` and `status(02 05)` are how the patient left.
//! `besides(a)` and `extensive_besides(a)` are such a procedure without the attribute; `only(a)` says that every
//! secondary diagnosis has it; `total(4: a, 2 b)` adds the weights of the codes that have them; `different(2: a, b)`
//! counts the attributes that any code has.

use thiserror::Error;

/// What an attribute is called inside a set of definitions.
pub(crate) type Attribute = u16;

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Formula {
    Always,
    All(Vec<Formula>),
    Any(Vec<Formula>),
    Not(Box<Formula>),
    Has(Attribute),
    Mcc,
    Cc,
    Alive,
    Status(Vec<String>),
    Operation { extensive: bool, besides: Option<Attribute> },
    Only(Attribute),
    Total { at_least: u32, parts: Vec<(u32, Attribute)> },
    Different { at_least: u32, of: Vec<Attribute> },
}

/// A formula that cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("the formula \u{201c}{formula}\u{201d} cannot be read at byte {at}: expected {expected}")]
pub struct FormulaError {
    formula: String,
    at: usize,
    expected: String,
}

impl Formula {
    /// Reads a formula; `attribute` knows the names.
    pub fn read(text: &str, attribute: impl Fn(&str) -> Option<Attribute>) -> Result<Self, FormulaError> {
        let mut reader = Reader { text, at: 0, attribute: &attribute };
        let formula = reader.any()?;
        reader.skip_blanks();
        if reader.at < text.len() { Err(reader.expected("the end, & or |")) } else { Ok(formula) }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    attribute: &'a dyn Fn(&str) -> Option<Attribute>,
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Result<Formula, FormulaError> {
        let mut parts = vec![self.all()?];
        while self.takes('|') {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Formula::Any))
    }

    fn all(&mut self) -> Result<Formula, FormulaError> {
        let mut parts = vec![self.one()?];
        while self.takes('&') {
            parts.push(self.one()?);
        }
        Ok(one_or(parts, Formula::All))
    }

    fn one(&mut self) -> Result<Formula, FormulaError> {
        if self.takes('!') {
            return Ok(Formula::Not(Box::new(self.one()?)));
        }
        if self.takes('(') {
            let formula = self.any()?;
            self.needs(')')?;
            return Ok(formula);
        }
        let operation = |extensive| Formula::Operation { extensive, besides: None };
        Ok(match self.word() {
            "always" => Formula::Always,
            "mcc" => Formula::Mcc,
            "cc" => Formula::Cc,
            "alive" => Formula::Alive,
            "or" => operation(false),
            "extensive" => operation(true),
            "besides" => Formula::Operation { extensive: false, besides: Some(self.bracketed()?) },
            "extensive_besides" => Formula::Operation { extensive: true, besides: Some(self.bracketed()?) },
            "only" => Formula::Only(self.bracketed()?),
            "status" => self.status()?,
            "total" => self.total()?,
            "different" => self.different()?,
            name => Formula::Has(self.known(name)?),
        })
    }

    fn status(&mut self) -> Result<Formula, FormulaError> {
        self.needs('(')?;
        let mut statuses = Vec::new();
        while !self.takes(')') {
            match self.word() {
                "" => return Err(self.expected("a discharge status or )")),
                status => statuses.push(status.to_owned()),
            }
        }
        Ok(Formula::Status(statuses))
    }

    fn total(&mut self) -> Result<Formula, FormulaError> {
        let (at_least, parts) = self.listed(|reader| {
            let word = reader.word();
            Ok(match word.parse() {
                Ok(weight) => {
                    let name = reader.word();
                    (weight, reader.known(name)?)
                }
                Err(_) => (1, reader.known(word)?),
            })
        })?;
        Ok(Formula::Total { at_least, parts })
    }

    fn different(&mut self) -> Result<Formula, FormulaError> {
        let (at_least, of) = self.listed(|reader| {
            let name = reader.word();
            reader.known(name)
        })?;
        Ok(Formula::Different { at_least, of })
    }

    /// `(N: part, part)`.
    fn listed<T>(
        &mut self,
        mut part: impl FnMut(&mut Self) -> Result<T, FormulaError>,
    ) -> Result<(u32, Vec<T>), FormulaError> {
        self.needs('(')?;
        let at_least = self.word().parse().map_err(|_| self.expected("a whole number"))?;
        self.needs(':')?;
        let mut parts = vec![part(self)?];
        while self.takes(',') {
            parts.push(part(self)?);
        }
        self.needs(')')?;
        Ok((at_least, parts))
    }

    fn bracketed(&mut self) -> Result<Attribute, FormulaError> {
        self.needs('(')?;
        let name = self.word();
        let attribute = self.known(name)?;
        self.needs(')')?;
        Ok(attribute)
    }

    fn known(&self, name: &str) -> Result<Attribute, FormulaError> {
        (self.attribute)(name).ok_or_else(|| self.expected("an attribute of these definitions or a word of formulas"))
    }

    fn skip_blanks(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn word(&mut self) -> &'a str {
        self.skip_blanks();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn takes(&mut self, sign: char) -> bool {
        self.skip_blanks();
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(sign));
        self.at += if found { sign.len_utf8() } else { 0 };
        found
    }

    fn needs(&mut self, sign: char) -> Result<(), FormulaError> {
        if self.takes(sign) { Ok(()) } else { Err(self.expected(&sign.to_string())) }
    }

    fn expected(&self, expected: &str) -> FormulaError {
        FormulaError { formula: self.text.to_owned(), at: self.at, expected: expected.to_owned() }
    }
}

fn one_or(mut parts: Vec<Formula>, many: fn(Vec<Formula>) -> Formula) -> Formula {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            many(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Formula::{self, All, Any, Has, Mcc, Not, Total};

    fn read(text: &str) -> Result<Formula, String> {
        let names = ["001.heart", "001.pump"];
        let known = |name: &str| names.iter().position(|n| *n == name).and_then(|at| u16::try_from(at).ok());
        Formula::read(text, known).map_err(|error| error.to_string())
    }

    #[test]
    fn and_binds_closer_than_or() {
        let right = All(vec![Not(Box::new(Has(1))), Mcc]);
        assert_eq!(read("001.heart | !001.pump & mcc"), Ok(Any(vec![Has(0), right])));
    }

    #[test]
    fn weights_stand_before_their_attribute() {
        let parts = vec![(1, 0), (2, 1)];
        assert_eq!(read("total(4: 001.heart, 2 001.pump)"), Ok(Total { at_least: 4, parts }));
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        let unknown = read("001.heart & 002.lung").unwrap_err();
        assert!(unknown.contains("byte 20: expected an attribute"), "{unknown}");
        assert!(read("(001.heart").unwrap_err().contains("expected )"));
        assert!(read("001.heart 001.pump").unwrap_err().contains("expected the end"));
    }
}
