//! The table.

/// Rows of figures, printed as one Markdown table at the end.
pub struct Report {
    rows: Vec<[String; 5]>,
}

/// Which side of its target a figure has to be on.
pub enum Target {
    /// At most this.
    Most(f64),
    /// At least this.
    Least(f64),
}

impl Target {
    fn text(&self, unit: &str) -> String {
        match self {
            Self::Most(most) => format!("≤ {most}{unit}"),
            Self::Least(least) => format!("≥ {least}{unit}"),
        }
    }

    fn met(&self, figure: f64) -> &'static str {
        let met = match self {
            Self::Most(most) => figure <= *most,
            Self::Least(least) => figure >= *least,
        };
        if met { "" } else { " (missed)" }
    }
}

impl Report {
    /// An empty report.
    pub fn new() -> Self {
        Self { rows: Vec::new() }
    }

    /// A figure of the floor beside the agent's, with their ratio's target.
    pub fn ratio(&mut self, what: &str, unit: &str, floor: f64, agent: f64, target: Target) {
        let ratio = agent / floor;
        self.row([
            what.to_owned(),
            format!("{} {unit}", figure(floor)),
            format!("{} {unit}", figure(agent)),
            format!("{ratio:.2}{}", target.met(ratio)),
            target.text(""),
        ]);
    }

    /// A figure beside another than the floor's, which is named in `what`.
    pub fn versus(&mut self, what: &str, unit: &str, other: f64, heddle: f64, target: Target) {
        let ratio = heddle / other;
        self.row([
            format!("{what} ({} {unit})", figure(other)),
            String::new(),
            format!("{} {unit}", figure(heddle)),
            format!("{ratio:.2}{}", target.met(ratio)),
            target.text(""),
        ]);
    }

    /// A figure that stands alone.
    pub fn single(&mut self, what: &str, unit: &str, value: f64, target: Option<Target>) {
        let (met, text) = match target {
            Some(target) => (target.met(value), target.text(&format!(" {unit}"))),
            None => ("", String::new()),
        };
        self.row([
            what.to_owned(),
            String::new(),
            format!("{} {unit}{met}", figure(value)),
            String::new(),
            text,
        ]);
    }

    fn row(&mut self, row: [String; 5]) {
        let [what, floor, agent, ratio, target] = &row;
        eprintln!("{what}: {floor} {agent} {ratio} [{target}]");
        self.rows.push(row);
    }

    /// Prints the table on standard output.
    pub fn print(&self) {
        println!("\n| | floor | heddle | ratio | target |\n|---|---|---|---|---|");
        for [what, floor, agent, ratio, target] in &self.rows {
            println!("| {what} | {floor} | {agent} | {ratio} | {target} |");
        }
    }
}

fn figure(value: f64) -> String {
    match value {
        _ if value >= 100.0 => format!("{value:.0}"),
        _ if value >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The middle of some figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
