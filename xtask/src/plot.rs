//! Pictures of figures, as SVG: bars side by side, and lines.

use plotters::coord::ranged1d::{KeyPointHint, Ranged};
use plotters::prelude::*;
use std::path::Path;
use xtask::Outcome;

const SIZE: (u32, u32) = (960, 540);
const FONT: &str = "sans-serif";
/// Beside bars, for the names of their colours.
const NAMES: u32 = 130;

/// Told apart also by who sees few colours.
const COLOURS: [RGBColor; 8] = [
    RGBColor(0, 90, 160),
    RGBColor(90, 170, 230),
    RGBColor(230, 160, 0),
    RGBColor(150, 150, 150),
    RGBColor(0, 150, 110),
    RGBColor(210, 95, 0),
    RGBColor(200, 120, 165),
    RGBColor(60, 60, 60),
];

pub struct Series {
    pub name: String,
    /// A number, so that who is in two pictures looks the same in both.
    pub colour: usize,
    /// None where there is nothing to show.
    pub values: Vec<Option<f64>>,
}

impl Series {
    fn colour(&self) -> RGBColor {
        COLOURS.get(self.colour % COLOURS.len()).copied().unwrap_or(BLACK)
    }
}

pub struct Plot<'a> {
    pub title: &'a str,
    /// What the values are.
    pub unit: &'a str,
    /// Of each value: the name of a group of bars, or the place of a point.
    pub places: Vec<String>,
    pub series: Vec<Series>,
}

impl Plot<'_> {
    /// A group of bars for each place. The values are on a logarithmic scale.
    pub fn bars(&self, file: &Path) -> Outcome {
        self.draw(file, |area| {
            let (low, high) = self.span();
            let groups = self.places.len() as f64;
            let mut chart = ChartBuilder::on(area)
                .caption(self.title, (FONT, 20))
                .margin(10)
                .margin_right(NAMES)
                .x_label_area_size(40)
                .y_label_area_size(70)
                .build_cartesian_2d(Places { last: groups }, (low..high).log_scale())?;
            let name = |x: &f64| self.places.get(*x as usize).cloned().unwrap_or_default();
            chart
                .configure_mesh()
                .disable_x_mesh()
                .x_labels(self.places.len())
                .x_label_formatter(&name)
                .x_label_style((FONT, 12))
                .y_desc(self.unit)
                .y_label_formatter(&|y| format!("{y:.0}"))
                .label_style((FONT, 13))
                .draw()?;
            let width = 0.8 / self.series.len() as f64;
            for (number, series) in self.series.iter().enumerate() {
                let colour = series.colour();
                let bar = |(place, value): (usize, &Option<f64>)| {
                    let left = place as f64 + 0.1 + number as f64 * width;
                    value.map(|value| Rectangle::new([(left, low), (left + width * 0.9, value)], colour.filled()))
                };
                let bars: Vec<_> = series.values.iter().enumerate().filter_map(bar).collect();
                chart.draw_series(bars)?;
                // The names stand beside the bars: there is no place among them that is always free.
                let at = ((SIZE.0 - NAMES) as i32 + 10, 60 + 20 * number as i32);
                area.draw(&square(at, colour))?;
                area.draw(&Text::new(series.name.as_str(), (at.0 + 16, at.1 - 6), (FONT, 13)))?;
            }
            Ok(())
        })
    }

    /// A line for each series. Places are numbers; both scales are logarithmic.
    pub fn lines(&self, file: &Path, along: &str) -> Outcome {
        let places: Vec<f64> = self.places.iter().filter_map(|place| place.parse().ok()).collect();
        self.draw(file, |area| {
            let (low, high) = self.span();
            let first = places.first().copied().unwrap_or(1.0);
            let last = places.last().copied().unwrap_or(first * 10.0);
            let mut chart = ChartBuilder::on(area)
                .caption(self.title, (FONT, 20))
                .margin(10)
                .margin_right(30)
                .x_label_area_size(45)
                .y_label_area_size(70)
                .build_cartesian_2d((first..last).log_scale(), (low..high).log_scale())?;
            chart
                .configure_mesh()
                .x_desc(along)
                .y_desc(self.unit)
                .x_label_formatter(&|x| format!("{x:.0}"))
                .y_label_formatter(&|y| format!("{y:.0}"))
                .label_style((FONT, 13))
                .draw()?;
            for series in &self.series {
                let colour = series.colour();
                let points: Vec<_> =
                    places.iter().zip(&series.values).filter_map(|(x, y)| y.map(|y| (*x, y))).collect();
                chart
                    .draw_series(LineSeries::new(points, colour.stroke_width(2)).point_size(3))?
                    .label(&series.name)
                    .legend(move |at| square(at, colour));
            }
            legend(&mut chart)
        })
    }

    /// From below the least to above the most, for the scale of values.
    fn span(&self) -> (f64, f64) {
        let values = || self.series.iter().flat_map(|series| series.values.iter().flatten().copied());
        let low = values().fold(f64::INFINITY, f64::min);
        let high = values().fold(0.0, f64::max);
        if low > high { (1.0, 10.0) } else { (low * 0.7, high * 1.5) }
    }

    fn draw(&self, file: &Path, work: impl FnOnce(&Area) -> Result<(), Error>) -> Outcome {
        let backend = SVGBackend::new(file, SIZE);
        let area = backend.into_drawing_area();
        let result = area.fill(&WHITE).map_err(Error::from).and_then(|()| work(&area));
        let result = result.and_then(|()| area.present().map_err(Error::from));
        result.map_err(|e| format!("cannot draw {}: {e}", file.display()))
    }
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Error = Box<dyn std::error::Error>;

fn square((x, y): (i32, i32), colour: RGBColor) -> Rectangle<(i32, i32)> {
    Rectangle::new([(x, y - 5), (x + 10, y + 5)], colour.filled())
}

fn legend<'a, X, Y>(chart: &mut ChartContext<'a, SVGBackend<'a>, Cartesian2d<X, Y>>) -> Result<(), Error>
where
    X: Ranged<ValueType = f64>,
    Y: Ranged<ValueType = f64>,
{
    let mut labels = chart.configure_series_labels();
    labels.position(SeriesLabelPosition::UpperLeft).background_style(WHITE.mix(0.85)).label_font((FONT, 13));
    labels.draw().map_err(Error::from)
}

/// Groups side by side, each one wide, with its name in the middle.
#[derive(Clone)]
struct Places {
    last: f64,
}

impl Ranged for Places {
    type FormatOption = plotters::coord::ranged1d::NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let part = value / self.last;
        limit.0 + (f64::from(limit.1 - limit.0) * part).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        (0..self.last as usize).map(|i| i as f64 + 0.5).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        0.0..self.last
    }
}

impl plotters::coord::ranged1d::ValueFormatter<f64> for Places {
    fn format(value: &f64) -> String {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xtask::paths;

    fn drawn(work: impl FnOnce(&Plot, &Path) -> Outcome) -> String {
        let dir = paths::scratch("plot").expect("a directory");
        let file = dir.join("plot.svg");
        let series = |name: &str, values: [Option<f64>; 3]| Series {
            name: name.to_string(),
            colour: 0,
            values: values.to_vec(),
        };
        let plot = Plot {
            title: "what it costs",
            unit: "instructions",
            places: ["1", "10", "100"].map(String::from).to_vec(),
            series: vec![
                series("ours", [Some(10.0), Some(20.0), Some(40.0)]),
                series("theirs", [Some(9.0), None, Some(90.0)]),
            ],
        };
        let text = work(&plot, &file).and_then(|()| paths::read(&file));
        let _ = std::fs::remove_dir_all(dir);
        text.expect("a picture")
    }

    #[test]
    fn each_value_is_a_bar_and_each_series_has_its_name() {
        let text = drawn(|plot, file| plot.bars(file));
        // Five values, two squares beside the names, and the background.
        assert_eq!(text.matches("<rect").count(), 8, "{text}");
        assert!(["what it costs", "instructions", "ours", "theirs", "100"].iter().all(|word| text.contains(word)));
    }

    #[test]
    fn each_series_is_a_line() {
        let text = drawn(|plot, file| plot.lines(file, "messages"));
        let lines = text.lines().filter(|line| line.contains("<polyline") && line.contains("stroke-width=\"2\""));
        assert_eq!(lines.count(), 2, "{text}");
        assert_eq!(text.matches("<circle").count(), 5);
    }
}
