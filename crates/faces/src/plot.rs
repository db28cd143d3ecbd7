//! Draws detection error trade-off curves as SVG.

use std::fmt::Write;

/// The drawing's size in pixels, and the room on each side for labels.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 480.0;
const MARGIN: f64 = 60.0;

/// The axes' ranges: decades from 1e-4 to 1.
const DECADES: i32 = 4;

/// Colours of the curves, told apart by people who do not see red and green (Okabe and Ito).
const COLOURS: [&str; 4] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/// Curves of (FPIR, FNIR), both 0..=1 and drawn with logarithmic axes from 1e-4; what is smaller is drawn at 1e-4.
pub fn det_curve(curves: &[(String, Vec<(f64, f64)>)]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<title>Detection error trade-off</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    );
    grid(&mut svg);
    for (number, (name, curve)) in curves.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        let points: Vec<String> = steps(curve).map(|(x, y)| format!("{:.1},{:.1}", across(x), down(y))).collect();
        line(
            &mut svg,
            format_args!(
                "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{}\"/>",
                points.join(" ")
            ),
        );
        let y = MARGIN + 20.0 * (number as f64 + 1.0);
        line(
            &mut svg,
            format_args!(
                "<text x=\"{}\" y=\"{y}\" text-anchor=\"end\" fill=\"{colour}\">{}</text>",
                WIDTH - MARGIN - 8.0,
                escaped(name)
            ),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn grid(svg: &mut String) {
    let (left, right, top, bottom) = (MARGIN, WIDTH - MARGIN, MARGIN, HEIGHT - MARGIN);
    for decade in -DECADES..=0 {
        let (x, y) = (across(10_f64.powi(decade)), down(10_f64.powi(decade)));
        line(
            svg,
            format_args!("<path d=\"M{x:.1} {top}V{bottom}M{left} {y:.1}H{right}\" stroke=\"#ccc\" fill=\"none\"/>"),
        );
        let label = 10_f64.powi(decade);
        line(svg, format_args!("<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>", bottom + 18.0));
        line(svg, format_args!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", left - 6.0, y + 4.0));
    }
    line(
        svg,
        format_args!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">FPIR: strangers taken for somebody</text>",
            WIDTH / 2.0,
            HEIGHT - 14.0
        ),
    );
    line(
        svg,
        format_args!(
            "<text transform=\"translate(16 {}) rotate(-90)\" text-anchor=\"middle\">FNIR: enrolled people missed</text>",
            HEIGHT / 2.0
        ),
    );
}

/// A measured curve is a staircase: the rate of misses stays until another stranger is accepted.
fn steps(curve: &[(f64, f64)]) -> impl Iterator<Item = (f64, f64)> {
    let corners = curve.windows(2).flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)]);
    corners.chain(curve.last().copied())
}

fn across(rate: f64) -> f64 {
    MARGIN + (WIDTH - 2.0 * MARGIN) * place(rate)
}

fn down(rate: f64) -> f64 {
    HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * place(rate)
}

/// 0 at 1e-4 and below, 1 at 1.
fn place(rate: f64) -> f64 {
    let lowest = f64::from(-DECADES);
    ((rate.max(1e-12).log10() - lowest) / f64::from(DECADES)).clamp(0.0, 1.0)
}

fn line(svg: &mut String, arguments: std::fmt::Arguments<'_>) {
    svg.write_fmt(arguments).expect("writing to a string cannot fail");
    svg.push('\n');
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_a_staircase_within_the_axes() {
        let svg = det_curve(&[("1 < 2".to_owned(), vec![(0.0, 0.5), (0.01, 0.1), (1.0, 0.0)])]);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("1 &lt; 2"));
        // FPIR 0 lies on the left edge; 1e-2 in the middle; 1 on the right, where FNIR 0 lies at the bottom.
        assert!(svg.contains("60.0,"), "{svg}");
        assert!(svg.contains("320.0,"), "{svg}");
        assert!(svg.contains("580.0,420.0"), "{svg}");
        assert!(!svg.contains("NaN"));
    }
}
