//! A business letter, such as an appeal: parties, subject, paragraphs, enclosures.

use claim::Address;
use jiff::civil::Date;
use krilla::Document;

use crate::FormError;
use crate::page::{Canvas, HEIGHT, MARGIN, Typefaces, WIDTH, Weight, letter as letter_page};
use crate::statement::{address_lines, us_date};

/// Everything a letter shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterData {
    /// Sender's name.
    pub sender_name: String,
    /// Sender's address.
    pub sender_address: Address,
    /// Addressee's name.
    pub recipient_name: String,
    /// Addressee's address.
    pub recipient_address: Address,
    /// Date.
    pub on: Date,
    /// Subject line.
    pub subject: String,
    /// Label and value pairs under the subject, such as claim number and dates of service.
    pub facts: Vec<(String, String)>,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// Names of what is enclosed.
    pub enclosures: Vec<String>,
    /// Who signs.
    pub signed_by: String,
}

const LINE: f32 = 14.0;
const SIZE: f32 = 10.0;

/// Draws a letter as PDF; the same data gives the same bytes.
///
/// # Errors
/// [`FormError`] when the document cannot be written.
#[expect(clippy::float_arithmetic, reason = "points on paper, not money")]
pub fn letter(data: &LetterData) -> Result<Vec<u8>, FormError> {
    let typefaces = Typefaces::load()?;
    let lines = compose(data, &typefaces);
    let per_page = ((HEIGHT - 2.0 * MARGIN) / LINE) as usize;
    let mut document = Document::new();
    for chunk in lines.chunks(per_page.max(1)) {
        let mut page = document.start_page_with(letter_page()?);
        let mut surface = page.surface();
        let mut canvas = Canvas { surface: &mut surface, typefaces: &typefaces };
        for (i, (weight, line)) in chunk.iter().enumerate() {
            canvas.text(MARGIN, MARGIN + LINE * (i + 1) as f32, SIZE, *weight, line);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| FormError::Layout)
}

#[expect(clippy::float_arithmetic, reason = "points on paper, not money")]
fn compose(data: &LetterData, typefaces: &Typefaces) -> Vec<(Weight, String)> {
    let plain = |text: String| (Weight::Regular, text);
    let blank = || (Weight::Regular, String::new());
    let wrapped = |text: &str| typefaces.wrap(text, SIZE, WIDTH - 2.0 * MARGIN);
    let mut lines = vec![(Weight::Bold, data.sender_name.clone())];
    lines.extend(address_lines(&data.sender_address).into_iter().map(plain));
    lines.extend([blank(), plain(us_date(data.on)), blank(), plain(data.recipient_name.clone())]);
    lines.extend(address_lines(&data.recipient_address).into_iter().map(plain));
    lines.push(blank());
    lines.extend(wrapped(&data.subject).into_iter().map(|line| (Weight::Bold, line)));
    lines.extend(data.facts.iter().flat_map(|(label, value)| wrapped(&format!("{label}: {value}"))).map(plain));
    for paragraph in &data.paragraphs {
        lines.push(blank());
        lines.extend(wrapped(paragraph).into_iter().map(plain));
    }
    lines.extend([blank(), plain("Sincerely,".into()), blank(), blank(), plain(data.signed_by.clone())]);
    if !data.enclosures.is_empty() {
        lines.extend([blank(), (Weight::Bold, "Enclosed".into())]);
        let named = data.enclosures.iter().enumerate().map(|(i, e)| format!("{}. {e}", i + 1));
        lines.extend(named.flat_map(|text| wrapped(&text)).map(plain));
    }
    lines
}
