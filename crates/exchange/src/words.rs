//! Words as every receiver takes them: capital letters of the X12 character set.

/// `text` in capital letters without accents, trimmed.
///
/// Accented Latin letters lose their accent and typographic marks become plain ones; both are what receivers' systems
/// hold of the same name. What has no such form is given back as the error.
pub(crate) fn plain(text: &str) -> Result<String, char> {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            ' '..='~' => out.push(c.to_ascii_uppercase()),
            other => out.push_str(folded(other).ok_or(other)?),
        }
    }
    Ok(out)
}

/// The plain form of one letter or mark of Latin script.
const fn folded(c: char) -> Option<&'static str> {
    Some(match c {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' | 'Ǎ' | 'ǎ' | 'Ạ'..='ặ' => "A",
        'Æ' | 'æ' => "AE",
        'Ç' | 'ç' | 'Ć'..='č' => "C",
        'Ð' | 'ð' | 'Ď'..='đ' => "D",
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'Ẹ'..='ệ' => "E",
        'Ĝ'..='ģ' => "G",
        'Ĥ'..='ħ' => "H",
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' | 'Ỉ'..='ị' => "I",
        'Ĵ' | 'ĵ' => "J",
        'Ķ' | 'ķ' => "K",
        'Ĺ'..='ł' => "L",
        'Ñ' | 'ñ' | 'Ń'..='ň' => "N",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' | 'Ơ' | 'ơ' | 'Ọ'..='ợ' => "O",
        'Œ' | 'œ' => "OE",
        'Ŕ'..='ř' => "R",
        'Ś'..='š' | 'Ș' | 'ș' => "S",
        'ß' => "SS",
        'Ţ'..='ŧ' | 'Ț' | 'ț' => "T",
        'Þ' | 'þ' => "TH",
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'Ư' | 'ư' | 'Ụ'..='ự' => "U",
        'Ŵ' | 'ŵ' => "W",
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' | 'Ỳ'..='ỹ' => "Y",
        'Ź'..='ž' => "Z",
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{00B4}' => "'",
        '\u{201C}' | '\u{201D}' => "\"",
        '\u{2010}'..='\u{2015}' => "-",
        '\u{00A0}' | '\u{2009}' | '\t' => " ",
        '\u{2026}' => "...",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_accents_and_nothing_else() {
        let cases = [
            ("José Núñez", "JOSE NUNEZ"),
            ("  O\u{2019}Brien-Łukasiewicz ", "O'BRIEN-LUKASIEWICZ"),
            ("Strauß", "STRAUSS"),
            ("Nguyễn Thị", "NGUYEN THI"),
            ("Șerban Øster", "SERBAN OSTER"),
        ];
        for (given, expected) in cases {
            assert_eq!(plain(given).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn other_scripts_are_refused() {
        assert_eq!(plain("Ольга"), Err('О'));
        assert_eq!(plain("A\nB"), Err('\n'));
        assert_eq!(plain("李"), Err('李'));
    }
}
