//! The looks of the built-in pages.
//!
//! A style is what all themes share, what one theme adds, the brand's accent colours, and at last the rules for paper and for
//! colours that the reader's system forces. Every text has a contrast of at least 4.5:1 in every theme, light and dark, whatever
//! the accent: it is darkened or lightened until it has. Nothing is loaded, only logical directions are used, and a page fits 320 pixels.

use super::brand::Brand;

/// A look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// A card on a plain ground.
    #[default]
    Card,
    /// Text and nothing else, like a well-set document.
    Plain,
    /// The code on one half, the words on the other.
    Split,
    /// A command and what it printed.
    Terminal,
    /// A huge code on the brand's colour.
    Poster,
    /// Centred on a soft gradient.
    Calm,
    /// Rows and rules, like a page of an account book.
    Ledger,
}

impl Theme {
    /// Every theme, the default first.
    pub(crate) const ALL: [Theme; 7] =
        [Theme::Card, Theme::Plain, Theme::Split, Theme::Terminal, Theme::Poster, Theme::Calm, Theme::Ledger];

    /// As the configuration writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Theme::Card => "card",
            Theme::Plain => "plain",
            Theme::Split => "split",
            Theme::Terminal => "terminal",
            Theme::Poster => "poster",
            Theme::Calm => "calm",
            Theme::Ledger => "ledger",
        }
    }

    fn rules(self) -> &'static str {
        match self {
            Theme::Card => CARD,
            Theme::Plain => PLAIN,
            Theme::Split => SPLIT,
            Theme::Terminal => TERMINAL,
            Theme::Poster => POSTER,
            Theme::Calm => CALM,
            Theme::Ledger => LEDGER,
        }
    }
}

/// The style sheet of the brand's pages.
pub(crate) fn style(brand: &Brand) -> String {
    let mut style = String::with_capacity(5120);
    style.push_str(SHARED);
    style.push_str(brand.theme.rules());
    if let Some((light, dark)) = &brand.accent
        && let (Some(light), Some(dark)) = (Color::parse(light), Color::parse(dark))
    {
        style.push_str(":root{--accent:");
        light.legible(LIGHT_GROUND, Color([0; 3])).write(&mut style);
        style.push_str("}@media(prefers-color-scheme:dark){:root{--accent:");
        dark.legible(DARK_GROUND, Color([255; 3])).write(&mut style);
        style.push_str("}}\n");
    }
    style.push_str(LAST);
    style
}

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Color([u8; 3]);

impl Color {
    /// `#rrggbb`
    fn parse(text: &str) -> Option<Color> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && !digits.starts_with('+'))?;
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Color([red, green, blue]))
    }

    fn write(self, out: &mut String) {
        out.push('#');
        for digit in self.0.into_iter().flat_map(|part| [part >> 4, part & 15]) {
            out.extend(char::from_digit(digit.into(), 16));
        }
    }

    /// The colour, as far towards the other one as it takes to be read on the ground.
    fn legible(self, ground: Color, towards: Color) -> Color {
        (0..=32_u16).map(|step| self.mix(towards, step)).find(|color| color.contrast(ground) >= 4.6).unwrap_or(towards)
    }

    /// Mixes in so many thirty-seconds of another colour.
    fn mix(self, other: Color, step: u16) -> Color {
        let [red, green, blue] = self.0;
        let [red2, green2, blue2] = other.0;
        let part = |one: u8, two: u8| {
            let sum = u16::from(one).saturating_mul(32_u16.saturating_sub(step)).saturating_add(u16::from(two).saturating_mul(step));
            u8::try_from(sum >> 5).unwrap_or(u8::MAX)
        };
        Color([part(red, red2), part(green, green2), part(blue, blue2)])
    }

    /// The contrast ratio of WCAG 2.2.
    fn contrast(self, other: Color) -> f32 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > two { one / two } else { two / one }
    }

    /// The relative luminance, with a polynomial for the exponent of sRGB: off by less than 0.002.
    fn luminance(self) -> f32 {
        let linear = |part: u8| {
            let part = f32::from(part) / 255.0;
            part * (part * (part * 0.305_306 + 0.682_171) + 0.012_522_9)
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// No theme puts an accent on a darker light ground or on a lighter dark one.
const LIGHT_GROUND: Color = Color([0xe9, 0xeb, 0xe6]);
const DARK_GROUND: Color = Color([0x22, 0x27, 0x30]);

/// `--fill` and `--on` are the ground and the text of the button, `--soft` is text of the second rank.
const SHARED: &str = "\
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#1b1f27;--soft:#565e6c;--line:#dfe3e9;--accent:#1d4fb8;--on:#fff;--fill:var(--accent);--link:var(--accent);--round:.5rem;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,\"Liberation Mono\",monospace}
@media(prefers-color-scheme:dark){:root{--page:#101318;--card:#191d24;--text:#edf0f4;--soft:#a5aebb;--line:#343b47;--accent:#9dbcff;--on:#101318}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100svh;display:flex;flex-direction:column;background:var(--page);color:var(--text);font:1rem/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif;overflow-wrap:anywhere}
p,ul,dl,dd,h1,h2{margin:0}
header{display:flex;align-items:center;gap:.75rem;font-weight:650;font-size:1.125rem}
img{height:2rem;max-width:12rem;object-fit:contain}
.code{color:var(--accent);font-weight:650}
.code b{font-weight:inherit}
h1{font-size:clamp(1.625rem,6vw,2.25rem);line-height:1.2;text-wrap:balance}
.message{margin-top:.75rem;font-size:1.125rem;color:var(--soft)}
h2{font-size:1rem}
ul{margin-top:.5rem;padding-inline-start:1.25rem;color:var(--soft)}
li+li{margin-top:.25rem}
.go{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem 1.25rem;margin-top:1.5rem}
a{color:var(--link);font-weight:600;text-underline-offset:.2em}
#again{padding:.55rem 1.15rem;border:1px solid var(--fill);border-radius:var(--round);background:var(--fill);color:var(--on);text-decoration:none}
#again[aria-disabled]{background:none;border-color:var(--line);color:var(--soft);cursor:default}
dl{margin-top:1.75rem;display:grid;gap:.75rem}
dt{font-size:.875rem;color:var(--soft)}
code,time{font:.9375rem/1.5 var(--mono)}
code{-webkit-user-select:all;user-select:all}
button{margin-inline-start:.25rem;padding:.1rem .6rem;border:1px solid var(--line);border-radius:var(--round);background:none;color:var(--link);font:inherit;font-size:.8125rem;font-weight:600;cursor:pointer}
#said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
pre{grid-column:1/-1;max-width:100%;margin:0;padding:1rem;font:.8125rem/1.5 var(--mono);white-space:pre-wrap;text-align:start}
footer,footer ul{display:flex;flex-wrap:wrap;gap:.375rem 1.25rem;margin:0;padding:0;font-size:.875rem;color:var(--soft);list-style:none}
footer li{margin:0}
:focus-visible{outline:3px solid var(--link);outline-offset:3px;border-radius:2px}
";

const CARD: &str = "\
body{align-items:center;justify-content:center;gap:1.25rem;padding:1.5rem 1rem}
header,main,footer{width:100%;max-width:36rem}
header,footer{padding:0 .25rem}
main{padding:clamp(1.5rem,6vw,2.75rem);background:var(--card);border:1px solid var(--line);border-radius:.875rem;box-shadow:0 1px 2px #0000000a,0 .75rem 2rem -1rem #00000026}
h1{margin-top:.25rem}
h2{margin-top:2rem}
dl{padding-top:1.25rem;border-top:1px solid var(--line)}
";

const PLAIN: &str = "\
:root{--page:#fff;--soft:#454b54;--text:#14171c;--accent:#0b4a8f;--line:#c9ced6}
@media(prefers-color-scheme:dark){:root{--page:#121212;--text:#ececec;--soft:#b9b9b9;--accent:#8ec3ff;--line:#444}}
body{padding:clamp(1.5rem,8vw,6rem) clamp(1.25rem,9vw,9rem);gap:2.5rem;font-family:Charter,\"Bitstream Charter\",\"Iowan Old Style\",Georgia,Cambria,serif;font-size:1.125rem}
header,main,footer{max-width:38rem}
header{font-weight:400;font-size:1rem}
.code{font:1rem/1.5 var(--mono);color:var(--soft)}
h1{margin-top:.5rem;font-size:clamp(1.875rem,7vw,2.75rem)}
.message{font-size:1.25rem;color:inherit}
h2{margin-top:2.25rem;font-size:1.125rem}
a{font-weight:400}
#again,#again[aria-disabled]{padding:0;border:0;background:none}
#again{color:var(--link);text-decoration:underline}
button{border-radius:0}
dl{gap:.25rem}
dl div{display:flex;flex-wrap:wrap;gap:0 1rem}
dt{font-size:1rem;min-width:7rem}
footer{padding-top:1rem;border-top:1px solid var(--line);max-width:38rem}
";

const SPLIT: &str = "\
:root{--page:#fff;--accent:#14566b;--line:#cfd6dc;--panel:var(--accent);--ink:#fff}
@media(prefers-color-scheme:dark){:root{--page:#101417;--accent:#7fd1e6;--on:#0c1a1f;--panel:#1b242b;--ink:#edf0f4}.code b{color:var(--accent)}}
header,.what{background:var(--panel);color:var(--ink)}
header,footer,.what,.next{padding:1.5rem clamp(1.25rem,5vw,4.5rem)}
header{padding-bottom:0}
.next{padding-bottom:1rem}
.code{color:inherit;font-weight:400}
.code b{display:block;margin-inline-start:-.04em;font-weight:800;font-size:clamp(5rem,17vw,15rem);line-height:1;font-variant-numeric:tabular-nums}
h1{margin-top:.5rem;font-size:clamp(1.75rem,3.4vw,2.75rem)}
.message{color:inherit}
footer{margin-top:auto}
@media(min-width:56rem){body{display:grid;grid-template:auto 1fr auto/1fr 1fr}
header{grid-area:1/1;z-index:1;padding-top:2.5rem}
main{grid-area:1/1/4/3;display:grid;grid-template:subgrid/subgrid}
.what{grid-area:1/1/4/2;display:flex;flex-direction:column;justify-content:end;padding-block:6rem 4.5rem}
.next{grid-area:1/2/3/3;align-self:end}
footer{grid-area:3/2;padding-bottom:4.5rem}}
";

const TERMINAL: &str = "\
:root{--page:#e9ebe6;--card:#fbfbf7;--text:#20241f;--soft:#555c53;--line:#c5cabf;--accent:#1a6433;--round:0}
@media(prefers-color-scheme:dark){:root{--page:#0a0d0b;--card:#101512;--text:#dbe7dd;--soft:#9fb0a3;--line:#2c3a31;--accent:#6fe39a}}
body{padding:clamp(1rem,5vw,4rem) 1rem;align-items:center;justify-content:center;font:.9375rem/1.7 var(--mono)}
header,main,footer{width:100%;max-width:46rem;padding:.75rem clamp(1rem,4vw,2rem);border:1px solid var(--line);background:var(--card)}
header,footer,h1,h2,.message,code,time{font-size:inherit}
header{border-bottom:0;border-radius:.5rem .5rem 0 0;padding-block:.5rem}
main{padding-block:1.5rem 1.75rem}
footer{border-top:0;border-radius:0 0 .5rem .5rem}
.ask::before{content:\"$ \";color:var(--accent)}
.code,h1{display:inline;line-height:inherit}
.message,h2{margin-top:1.25rem}
.message{margin-top:0}
h2{color:var(--accent)}
h2::before{content:\"# \"}
ul{margin:0;padding:0;list-style:none}
main li{margin:0;padding-inline-start:2ch;text-indent:-2ch}
main li::before{content:\"- \"}
#again{padding:0 1ch}
dl{margin-top:1.25rem;gap:0}
dl div{display:flex;flex-wrap:wrap;gap:0 2ch}
dt{font-size:inherit;min-width:14ch}
button{line-height:1.4}
main::after{content:\"\";display:block;width:1ch;height:1.25em;margin-top:1.25rem;background:var(--accent)}
";

const POSTER: &str = "\
:root{--accent:#b3261e;--page:var(--accent);--text:#fff;--soft:#fff;--line:#ffffff80;--link:#fff;--fill:#fff;--on:var(--accent);--round:0}
@media(prefers-color-scheme:dark){:root{--page:#0d0d0f;--text:#fff;--soft:#c9c9cf;--line:#56565e;--accent:#ff8a7a;--link:var(--accent);--fill:var(--accent);--on:#0d0d0f}}
body{padding:clamp(1.25rem,4vw,3rem);gap:1.5rem;justify-content:space-between}
.code{color:inherit;font-weight:400}
.code b{display:block;margin-inline-start:-.05em;font-weight:900;font-size:clamp(8rem,44vw,36rem);font-size:clamp(8rem,min(44vw,50vh),36rem);line-height:.8;padding-block:.06em;letter-spacing:-.05em;font-variant-numeric:tabular-nums}
[dir=rtl] .code b{margin-inline-start:.02em}
h1{margin-top:1rem;font-size:clamp(2rem,5.5vw,4rem);font-weight:900;line-height:1.05}
.message{font-size:clamp(1.125rem,2vw,1.5rem)}
.next{margin-top:1.75rem;padding-top:1.5rem;border-top:4px solid}
#again{padding:.7rem 1.5rem}
@media(prefers-color-scheme:dark){.code b{color:var(--accent)}}
@media(min-width:56rem){.next{display:grid;grid-template-columns:1fr 1fr;gap:0 3rem}
.next>*{grid-column:1}
.next>dl{grid-area:1/2/4/3;margin:0;align-content:start}}
";

const CALM: &str = "\
:root{--page:#eef4fb;--two:#f6f0fa;--text:#2a2f45;--soft:#555b75;--line:#cdd3e4;--accent:#5a4bb0;--round:2rem}
@media(prefers-color-scheme:dark){:root{--page:#141829;--two:#1f1a2c;--text:#eceef8;--soft:#b3b8d0;--line:#3d4260;--accent:#bdb2ff;--on:#171429}}
body{align-items:center;justify-content:center;gap:2.5rem;padding:2rem 1.25rem;background:linear-gradient(160deg,var(--page),var(--two));text-align:center}
header,footer,footer ul,.go{justify-content:center}
header{flex-direction:column;font-weight:500}
img{height:3rem}
main{width:100%;max-width:32rem}
.code{font-weight:400}
.code b{display:block;font-size:clamp(4rem,18vw,6.5rem);font-weight:200;line-height:1.1}
h1{margin-top:.5rem;font-weight:400}
h2{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
ul{margin-top:1.75rem;padding:0;list-style:none}
#again{padding:.7rem 1.75rem}
dl{margin-top:2.5rem;gap:.5rem;font-size:.875rem}
dl div{display:flex;flex-wrap:wrap;justify-content:center;align-items:baseline;gap:0 .75rem}
code,time{font-size:.875rem}
";

const LEDGER: &str = "\
:root{--page:#faf7f0;--text:#24211b;--soft:#625b4e;--line:#d6cdb9;--accent:#8a2d1c;--round:0}
@media(prefers-color-scheme:dark){:root{--page:#1a1815;--text:#efeae0;--soft:#b8ae9d;--line:#403a30;--accent:#f0a48f;--on:#1a1815}}
body{padding:clamp(1.25rem,5vw,4rem) clamp(1.25rem,6vw,5rem);gap:2rem}
header,main,footer{width:100%;max-width:60rem;margin-inline:auto}
header{padding-bottom:.75rem;border-bottom:3px double}
.what,.next,dl div{padding-block:1.25rem}
.next,dl div{border-top:1px solid var(--line)}
.code,h2,dt{font-size:.875rem;font-weight:600;color:var(--soft)}
.code{color:var(--accent)}
h1{font:400 clamp(2rem,6vw,3.25rem)/1.1 \"Iowan Old Style\",Palatino,\"Palatino Linotype\",\"Book Antiqua\",Georgia,serif}
.next{padding-bottom:0}
dl{gap:0;margin-top:1.25rem}
footer{padding-top:.75rem;border-top:3px double var(--line)}
@media(min-width:44rem){.what,.next,dl div{display:grid;grid-template-columns:11rem 1fr;column-gap:2rem;align-items:baseline}
.what>*,.next>*{grid-column:2}
.what>.code,.next>h2{grid-column:1}
.what>h1,.next>ul{grid-row:1;margin:0}
.next>dl{grid-column:1/3}}
";

/// Paper, and colours that the reader's system forces on a page.
const LAST: &str = "\
@media print{:root{--page:#fff;--card:#fff;--text:#000;--soft:#000;--line:#888;--accent:#000;--link:#000;--fill:#fff;--on:#000;--panel:#fff;--ink:#000}
body,main,.what,.next{display:block;min-height:0;text-align:start}
body,header,main,footer,.what,.next{max-width:none;padding:0;border:0;box-shadow:none;background:#fff}
header,footer,footer ul,.go,dl div{align-items:start;justify-content:start}
body>*+*,.next{margin-top:1.5rem}
.code b{display:inline;font:inherit;color:inherit}
#again,button,main::after{display:none}
a::after{content:\" (\" attr(href) \")\";font-weight:400}}
@media(forced-colors:active){#again,button{border-color:LinkText}main::after{background:CanvasText}body{background:Canvas}}
";

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use crate::page::brand::Brand;

    fn brand(theme: Theme, accent: Option<(&str, &str)>) -> Brand {
        Brand { theme, accent: accent.map(|(light, dark)| (light.to_owned(), dark.to_owned())), ..Brand::default() }
    }

    /// The value of a custom property, as a browser in light or dark would find it: the last one counts.
    fn value(style: &str, dark: bool, property: &str) -> Color {
        let style = style.split("@media print").next().unwrap();
        let mut found = None;
        for block in style.split(":root{").skip(1).zip(style.split(":root{")) {
            if !block.1.ends_with("(prefers-color-scheme:dark){") || dark {
                let declarations = block.0.split('}').next().unwrap().split(';');
                found = declarations.filter_map(|declaration| declaration.split_once(':')).rfind(|(name, _)| *name == property).or(found);
            }
        }
        let value = found.unwrap_or_else(|| panic!("{property}")).1;
        if let Some(other) = value.strip_prefix("var(") {
            return self::value(style, dark, other.strip_suffix(')').unwrap());
        }
        let digits = value.strip_prefix('#').unwrap();
        let long = if digits.len() == 3 { digits.chars().flat_map(|digit| [digit, digit]).collect() } else { digits.to_owned() };
        Color::parse(&format!("#{long}")).unwrap()
    }

    #[test]
    fn every_text_can_be_read_whatever_the_accent() {
        let accents =
            [None, Some(("#ffff00", "#000080")), Some(("#ffffff", "#000000")), Some(("#777777", "#777777")), Some(("#ff0000", "#0000ff"))];
        for (theme, accent) in Theme::ALL.into_iter().flat_map(|theme| accents.map(|accent| (theme, accent))) {
            let style = style(&brand(theme, accent));
            for dark in [false, true] {
                let mut pairs = vec![("--on", "--fill")];
                let mut grounds = vec!["--page"];
                grounds.extend(match theme {
                    Theme::Card | Theme::Terminal => Some("--card"),
                    Theme::Calm => Some("--two"),
                    _ => None,
                });
                if theme == Theme::Split {
                    pairs.extend([("--ink", "--panel"), (if dark { "--accent" } else { "--ink" }, "--panel")]);
                }
                for ground in grounds {
                    pairs.extend([("--text", ground), ("--soft", ground), ("--link", ground)]);
                    if theme != Theme::Poster {
                        pairs.push(("--accent", ground));
                    }
                }
                for (text, ground) in pairs {
                    let contrast = value(&style, dark, text).contrast(value(&style, dark, ground));
                    assert!(contrast >= 4.5, "{theme:?}, accent {accent:?}, dark {dark}: {text} on {ground} has {contrast}");
                }
            }
        }
    }

    #[test]
    fn an_accent_is_changed_only_as_far_as_it_must() {
        #[rustfmt::skip]
        let rows = [
            ("#1d4fb8", "#9dbcff", "#1d4fb8", "#9dbcff"),
            ("#000000", "#ffffff", "#000000", "#ffffff"),
            ("#FF6600", "#ff6600", "#af4600", "#ff6600"),
            ("#ffffff", "#000000", "#676767", "#8f8f8f"),
        ];
        for (light, dark, light_expected, dark_expected) in rows {
            let style = style(&brand(Theme::Card, Some((light, dark))));
            let expected =
                format!(":root{{--accent:{light_expected}}}@media(prefers-color-scheme:dark){{:root{{--accent:{dark_expected}}}}}");
            assert!(style.contains(&expected), "{light}: {style}");
        }
        for broken in ["", "red", "#fff", "#12345g", "#+12345", "#é1234", "#1234567"] {
            assert_eq!(style(&brand(Theme::Card, Some((broken, "#ffffff")))), style(&brand(Theme::Card, None)), "{broken}");
        }
    }

    #[test]
    fn contrast_as_wcag_has_it() {
        let rows = [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#767676", "#ffffff", 4.54),
            ("#ff0000", "#ffffff", 4.0),
            ("#0000ff", "#ffffff", 8.59),
        ];
        for (one, two, expected) in rows {
            let contrast = Color::parse(one).unwrap().contrast(Color::parse(two).unwrap());
            assert!((contrast - expected).abs() < 0.03, "{one} on {two}: {contrast}");
        }
    }

    #[test]
    fn the_sheets_are_small_local_and_for_both_directions() {
        let sheets: Vec<&str> = [SHARED, LAST].into_iter().chain(Theme::ALL.map(Theme::rules)).collect();
        let total: usize = sheets.iter().map(|sheet| sheet.len()).sum();
        assert!(total <= 12 * 1024, "{total}");
        for sheet in &sheets {
            assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
            for word in ["url(", "@import", "<", "left", "right", "expression", "!important"] {
                assert!(!sheet.contains(word), "{word} in {sheet}");
            }
        }
        for (index, theme) in Theme::ALL.into_iter().enumerate() {
            assert!(theme.rules().len() <= 1536, "{theme:?}: {}", theme.rules().len());
            assert_eq!(Theme::ALL.iter().position(|other| other.name() == theme.name()), Some(index));
        }
        assert_eq!(Theme::ALL[0], Theme::default());
    }
}
