//! Writing helpers shared by all transaction sets: names, addresses, references, dates and amounts as segments.

use claim::{Address, Money, PersonName};
use jiff::civil::Date;
use x12::write::{Element, Envelope, Writer};

use crate::{Controls, ExchangeError, Party, Unwritable, party::d8, words::plain};

/// An identifier with its qualifier (NM108 and NM109).
pub(crate) type Id<'v> = (&'v str, &'v str);

/// No identifier.
pub(crate) const NO_ID: Id<'static> = ("", "");

/// A writer that knows what it is writing about, for its error messages.
pub(crate) struct Pen<'a> {
    writer: Writer<'a>,
    subject: String,
    hierarchy: u32,
}

impl<'a> Pen<'a> {
    /// Starts an interchange with one group. `stamp` is the date and time of `controls`.
    pub(crate) fn open(
        functional_id: &str,
        guide: &str,
        (sender, receiver): (&'a Party, &'a Party),
        controls: &Controls,
        stamp: &'a (String, String),
    ) -> Self {
        let mut envelope = Envelope::new(&sender.id, &receiver.id, (&stamp.0, &stamp.1), controls.interchange);
        envelope.usage = controls.usage;
        let mut writer = Writer::new(&envelope);
        writer.group(functional_id, guide, controls.group);
        Self { writer, subject: "the file".to_owned(), hierarchy: 0 }
    }

    /// Starts a transaction set; HL numbers start again.
    pub(crate) fn transaction(&mut self, set_id: &str, control: u32, guide: Option<&str>) {
        self.hierarchy = 0;
        self.writer.transaction(set_id, &format!("{control:04}"), guide);
    }

    /// Says what the next segments are about.
    pub(crate) fn about(&mut self, subject: String) {
        self.subject = subject;
    }

    /// Closes everything and gives the bytes.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, ExchangeError> {
        Ok(self.writer.finish()?)
    }

    /// A segment of plain elements.
    pub(crate) fn segment(&mut self, id: &str, elements: &[&str]) {
        self.writer.segment(id, elements);
    }

    /// A segment with composite or repeated elements.
    pub(crate) fn elements(&mut self, id: &str, elements: &[Element<'_>]) {
        self.writer.segment(id, elements);
    }

    /// HL under `parent`; gives its number.
    pub(crate) fn level(&mut self, parent: Option<u32>, code: &str, has_children: bool) -> u32 {
        self.hierarchy = self.hierarchy.saturating_add(1);
        let (number, parent) = (self.hierarchy.to_string(), parent.map(|p| p.to_string()).unwrap_or_default());
        self.segment("HL", &[&number, &parent, code, if has_children { "1" } else { "0" }]);
        self.hierarchy
    }

    /// NM1 of a person.
    pub(crate) fn person(&mut self, entity: &str, name: &PersonName, id: Id<'_>) -> Result<(), ExchangeError> {
        let last = self.words("last name", 60, &name.last)?;
        let first = self.words("first name", 35, &name.first)?;
        let middle = self.words("middle name", 25, &name.middle)?;
        let suffix = self.words("name suffix", 10, &name.suffix)?;
        let id = self.qualified(id)?;
        self.segment("NM1", &[entity, "1", &last, &first, &middle, "", &suffix, id.0, id.1]);
        Ok(())
    }

    /// NM1 of an organisation.
    pub(crate) fn organisation(&mut self, entity: &str, name: &str, id: Id<'_>) -> Result<(), ExchangeError> {
        let name = self.words("organisation name", 60, name)?;
        let id = self.qualified(id)?;
        self.segment("NM1", &[entity, "2", &name, "", "", "", "", id.0, id.1]);
        Ok(())
    }

    fn qualified<'v>(&self, id: Id<'v>) -> Result<Id<'v>, ExchangeError> {
        if id.1.is_empty() {
            return Ok(NO_ID);
        }
        self.ident("identifier", 80, id.1)?;
        Ok(id)
    }

    /// N3 and N4; nothing for an empty address.
    pub(crate) fn address(&mut self, address: &Address) -> Result<(), ExchangeError> {
        let line1 = self.words("address line 1", 55, &address.line1)?;
        let line2 = self.words("address line 2", 55, &address.line2)?;
        let city = self.words("city", 30, &address.city)?;
        let state = self.words("state", 2, &address.state)?;
        let zip: String = address.zip.chars().filter(|c| *c != '-').collect();
        self.ident("ZIP code", 15, &zip)?;
        self.segment("N3", &[&line1, &line2]);
        self.segment("N4", &[&city, &state, &zip]);
        Ok(())
    }

    /// REF; nothing for an empty value.
    pub(crate) fn reference(&mut self, qualifier: &str, value: &str) -> Result<(), ExchangeError> {
        if !value.is_empty() {
            self.ident("reference", 50, value)?;
            self.segment("REF", &[qualifier, value]);
        }
        Ok(())
    }

    /// DTP of one day.
    pub(crate) fn day(&mut self, qualifier: &str, date: Date) {
        self.segment("DTP", &[qualifier, "D8", &d8(date)]);
    }

    /// DTP of one day or, when they differ, of a range.
    pub(crate) fn days(&mut self, qualifier: &str, from: Date, through: Date) {
        if from == through {
            return self.day(qualifier, from);
        }
        self.segment("DTP", &[qualifier, "RD8", &format!("{}-{}", d8(from), d8(through))]);
    }

    /// AMT, when there is an amount.
    pub(crate) fn amount(&mut self, qualifier: &str, amount: Option<Money>) {
        if let Some(amount) = amount {
            self.segment("AMT", &[qualifier, &amount.to_x12()]);
        }
    }

    /// Words in capitals of the basic set, at most `max` characters.
    pub(crate) fn words(&self, field: &'static str, max: usize, text: &str) -> Result<String, ExchangeError> {
        let text = plain(text).map_err(|c| {
            let expected = "letters, digits and marks of the Latin alphabet".to_owned();
            self.unwritable(field, format!("{text:?} contains {c:?}"), expected)
        })?;
        self.ident(field, max, &text)?;
        Ok(text)
    }

    /// Checks an identifier that goes out unchanged.
    pub(crate) fn ident(&self, field: &'static str, max: usize, text: &str) -> Result<(), ExchangeError> {
        if let Some(c) = text.chars().find(|c| !matches!(c, ' '..='~') || matches!(c, '*' | '~' | ':' | '^')) {
            let expected = "no character that separates the parts of a file (* ~ : ^) and no control character";
            return Err(self.unwritable(field, format!("{text:?} contains {c:?}"), expected.to_owned()));
        }
        if text.len() > max {
            let found = format!("{text:?} has {} characters", text.len());
            return Err(self.unwritable(field, found, format!("at most {max} characters")));
        }
        Ok(())
    }

    /// An error about what is being written.
    pub(crate) fn unwritable(&self, field: &'static str, found: String, expected: String) -> ExchangeError {
        Box::new(Unwritable { subject: self.subject.clone(), field, found, expected }).into()
    }

    /// An error unless `count` lies in `range`.
    pub(crate) fn count(
        &self,
        field: &'static str,
        count: usize,
        range: std::ops::RangeInclusive<usize>,
    ) -> Result<(), ExchangeError> {
        if range.contains(&count) {
            return Ok(());
        }
        Err(self.unwritable(field, format!("there are {count}"), format!("{} to {}", range.start(), range.end())))
    }
}

/// Groups items of equal key, groups and items in order of first appearance.
pub(crate) fn group_by<'t, T>(items: &[&'t T], key: impl Fn(&T) -> String) -> Vec<Vec<&'t T>> {
    let mut places = std::collections::BTreeMap::new();
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for item in items {
        let next = groups.len();
        let place = *places.entry(key(item)).or_insert(next);
        match groups.get_mut(place) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}
