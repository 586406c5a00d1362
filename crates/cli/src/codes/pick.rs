//! The picker: type, see what is found, choose with the arrow keys. What is chosen is printed when it ends.

use anyhow::Result;
use codes::Library;

use crate::input::Outcome;

use super::search::Filter;

#[cfg(unix)]
pub fn pick(library: &Library, filter: &Filter, limit: usize) -> Result<Outcome> {
    terminal::Picker::new(library, filter, limit).run()
}

#[cfg(not(unix))]
pub fn pick(_: &Library, _: &Filter, _: usize) -> Result<Outcome> {
    anyhow::bail!("picking while typing needs a Unix terminal; say the words instead: superbill codes search htn")
}

#[cfg(unix)]
mod terminal {
    use std::io::{Read as _, Write as _};

    use anyhow::{Context as _, Result};
    use codes::{Hit, Library};
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    use super::super::search::{Filter, dotted};
    use crate::input::{Outcome, line};

    /// Titles are cut to fit a line of a narrow window.
    const TITLE_WIDTH: usize = 64;

    pub struct Picker<'a> {
        library: &'a Library,
        filter: &'a Filter,
        limit: usize,
        typed: String,
        found: Vec<(&'static str, Hit)>,
        chosen: usize,
        /// Lines drawn below the question.
        drawn: usize,
    }

    /// What a key does.
    #[derive(Debug, PartialEq, Eq)]
    pub enum Key {
        Letter(char),
        Back,
        Up,
        Down,
        Enter,
        Leave,
        Nothing,
    }

    /// The keyboard read letter by letter; as it was before, at the end.
    struct Raw(Termios);

    impl Raw {
        fn new() -> Result<Self> {
            let before = tcgetattr(std::io::stdin()).context("the terminal does not say how it is set")?;
            let mut raw = before.clone();
            raw.make_raw();
            tcsetattr(std::io::stdin(), OptionalActions::Now, &raw).context("the terminal cannot be set")?;
            Ok(Self(before))
        }
    }

    impl Drop for Raw {
        fn drop(&mut self) {
            // Nothing better can be done where this fails.
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
        }
    }

    /// The key of what a terminal sends.
    pub fn key(bytes: &[u8]) -> Key {
        match bytes {
            b"\x1b[A" | b"\x1bOA" | [16] => Key::Up,
            b"\x1b[B" | b"\x1bOB" | [14] => Key::Down,
            b"\r" | b"\n" => Key::Enter,
            [3 | 4 | 27] => Key::Leave,
            [8 | 127] => Key::Back,
            _ => {
                let letter = std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next());
                letter.filter(|c| !c.is_control()).map_or(Key::Nothing, Key::Letter)
            }
        }
    }

    impl<'a> Picker<'a> {
        pub fn new(library: &'a Library, filter: &'a Filter, limit: usize) -> Self {
            Self { library, filter, limit, typed: String::new(), found: Vec::new(), chosen: 0, drawn: 0 }
        }

        pub fn run(mut self) -> Result<Outcome> {
            let raw = Raw::new()?;
            let ended = self.choose();
            self.clear()?;
            drop(raw);
            match ended? {
                Some((system, hit)) => {
                    line(format!("{}  {}", dotted(system, &hit.code), hit.title))?;
                    Ok(Outcome::Done)
                }
                None => Ok(Outcome::Findings),
            }
        }

        fn choose(&mut self) -> Result<Option<(&'static str, Hit)>> {
            let mut bytes = [0_u8; 16];
            loop {
                self.draw()?;
                let count = std::io::stdin().read(&mut bytes)?;
                match key(bytes.get(..count).unwrap_or_default()) {
                    Key::Letter(letter) => self.typed.push(letter),
                    Key::Back => drop(self.typed.pop()),
                    Key::Up => {
                        self.chosen = self.chosen.saturating_sub(1);
                        continue;
                    }
                    Key::Down => {
                        self.chosen = (self.chosen + 1).min(self.found.len().saturating_sub(1));
                        continue;
                    }
                    Key::Enter => return Ok(self.found.get(self.chosen).cloned()),
                    Key::Leave => return Ok(None),
                    Key::Nothing => continue,
                }
                self.chosen = 0;
                self.found = self.filter.find(self.library, &self.typed, self.limit);
            }
        }

        fn clear(&mut self) -> Result<()> {
            let mut out = std::io::stdout().lock();
            write!(out, "\r\x1b[J")?;
            out.flush()?;
            Ok(())
        }

        fn draw(&mut self) -> Result<()> {
            self.clear()?;
            let mut out = std::io::stdout().lock();
            for (nth, (system, hit)) in self.found.iter().enumerate() {
                let mark = if nth == self.chosen { '>' } else { ' ' };
                let title: String = hit.title.chars().take(TITLE_WIDTH).collect();
                write!(out, "\r\n{mark} {:<9} {title}", dotted(system, &hit.code))?;
            }
            self.drawn = self.found.len();
            if self.drawn > 0 {
                write!(out, "\x1b[{}A", self.drawn)?;
            }
            write!(out, "\rcode or words: {}", self.typed)?;
            out.flush()?;
            Ok(())
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn keys_as_terminals_send_them() {
            assert_eq!(key(b"\x1b[A"), Key::Up);
            assert_eq!(key(b"\x1b[B"), Key::Down);
            assert_eq!(key(b"\x7f"), Key::Back);
            assert_eq!(key(b"\r"), Key::Enter);
            assert_eq!(key(b"\x03"), Key::Leave);
            assert_eq!(key("é".as_bytes()), Key::Letter('é'));
            assert_eq!(key(b"\x1b[5~"), Key::Nothing);
        }
    }
}
