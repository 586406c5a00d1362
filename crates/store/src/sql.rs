//! Statements: constants, written once, in a dialect both engines prepare.
//!
//! Parameters are `$1`, `$2` (SQLite reads them as `?1`, `?2`); columns are TEXT, BIGINT and bytes. No
//! date arithmetic, no JSON operators, no floats; sums are cast to BIGINT; text sorts by its bytes.

/// A registered statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sql {
    name: &'static str,
    text: &'static str,
}

impl Sql {
    pub(crate) const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text }
    }

    /// Module and name, for messages.
    pub(crate) const fn name(self) -> &'static str {
        self.name
    }

    /// As PostgreSQL takes it.
    pub(crate) const fn text(self) -> &'static str {
        self.text
    }

    /// As SQLite takes it: there `$1` would be a name, bound in order of appearance.
    pub(crate) fn numbered(self) -> String {
        self.text.replace('$', "?")
    }
}

/// Declares the statements of a module and their list.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* const $name: $crate::sql::Sql =
            $crate::sql::Sql::new(concat!(module_path!(), "::", stringify!($name)), $text);)*
        /// Every statement of the module.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[$crate::sql::Sql] = &[$($name),*];
    };
}
pub(crate) use statements;

/// `client_id` is one of the clients in scope, which `$1` lists joined by commas. Each id has 36
/// characters; splitting by recursion is what both engines understand and can answer from an index.
macro_rules! in_scope {
    () => {
        concat!("client_id IN ", $crate::sql::in_scope!(@list))
    };
    (@list) => {
        "(WITH RECURSIVE scope(n, id) AS (SELECT 0, substr($1, 1, 36) UNION ALL \
          SELECT n + 1, substr($1, (n + 1) * 37 + 1, 36) FROM scope WHERE (n + 1) * 37 < length($1)) \
          SELECT id FROM scope)"
    };
    ($table:literal) => {
        concat!($table, ".client_id IN ", $crate::sql::in_scope!(@list))
    };
}
pub(crate) use in_scope;
