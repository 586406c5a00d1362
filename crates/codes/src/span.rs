//! The days a row or an edition holds for.

use jiff::civil::Date;

/// First and last day, both included; no last day while it is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// Last day, once known.
    pub to: Option<Date>,
}

impl Span {
    /// True when it holds on a day.
    #[must_use]
    pub fn covers(self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }

    /// `to 2026-09-30`, or `on` while no last day is known.
    #[must_use]
    pub fn end_words(self) -> String {
        self.to.map_or_else(|| "on".to_owned(), |to| format!("to {to}"))
    }
}

/// What answers a question about a day: the newest that covers it, else the last one before it (then stale), else
/// the first one after it (stale too). Editions and prices choose this way; the existence of a code does not.
pub(crate) fn choose<T>(items: &[T], span: impl Fn(&T) -> Span, on: Date) -> Option<(&T, bool)> {
    if let Some(item) = items.iter().filter(|item| span(item).covers(on)).max_by_key(|item| span(item).from) {
        return Some((item, false));
    }
    let before = items.iter().filter(|item| span(item).from <= on).max_by_key(|item| span(item).from);
    before.or_else(|| items.iter().min_by_key(|item| span(item).from)).map(|item| (item, true))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_newest_covering_wins_and_the_rest_are_stale() {
        let span = |from: Date, to: Date| Span { from, to: Some(to) };
        let items = [
            span(date(2024, 10, 1), date(2025, 9, 30)),
            span(date(2025, 10, 1), date(2026, 9, 30)),
            span(date(2026, 4, 1), date(2026, 9, 30)),
        ];
        let ask = |on| choose(&items, |s| *s, on).map(|(item, stale)| (item.from, stale)).unwrap();
        assert_eq!(ask(date(2025, 9, 30)), (date(2024, 10, 1), false));
        assert_eq!(ask(date(2025, 10, 1)), (date(2025, 10, 1), false));
        assert_eq!(ask(date(2026, 5, 1)), (date(2026, 4, 1), false));
        assert_eq!(ask(date(2026, 10, 1)), (date(2026, 4, 1), true));
        assert_eq!(ask(date(2020, 1, 1)), (date(2024, 10, 1), true));
        assert!(choose(&[], |s: &Span| *s, date(2020, 1, 1)).is_none());
    }
}
