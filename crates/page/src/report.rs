//! The built page with the results of a run inside: its numbers, its trained networks, and images of its data.

use crate::packed::pack;
use digits_core::data::{Examples, PIXELS, idx};

/// The most bytes of a report.
pub const MOST: usize = 5_000_000;
/// Where the parts of a report stand: before the first script of the page.
const PLACE: &str = "<script";

/// What goes into a report.
pub struct Report<'a> {
    /// The results, as JSON.
    pub results: &'a str,
    /// The address of the experiment, as the page reads it.
    pub address: &'a str,
    /// The training images.
    pub train: &'a Examples,
    /// The test images.
    pub test: &'a Examples,
    /// The name of each stage with its trained network, as safetensors.
    pub networks: &'a [(&'a str, Vec<u8>)],
}

/// A report, and what was left out of it for want of room, a sentence each.
pub struct Written {
    /// The page.
    pub html: String,
    /// What was left out.
    pub left_out: Vec<String>,
}

impl Report<'_> {
    /// The page with this report inside, of at most [`MOST`] bytes. Images go in first, half of the room at most, then as many
    /// networks as there is room for.
    pub fn write(&self, page: &str) -> Written {
        let mut left_out = Vec::new();
        let mut parts = vec![
            element("application/json", "report-results", "", &self.results.replace('<', "\\u003c")),
            element("text/plain", "report-address", "", &self.address.replace(['<', '>'], "")),
        ];
        let room = MOST.saturating_sub(page.len() + parts.iter().map(String::len).sum::<usize>());
        let mut used = 0;
        for (half, name, examples, most) in
            [("training", "train", self.train, room / 3), ("test", "t10k", self.test, room / 6)]
        {
            let (files, kept) = images(name, examples, most);
            if kept < examples.len() {
                left_out.push(format!("the report holds {kept} of {} {half} images", examples.len()));
            }
            used += files.iter().map(String::len).sum::<usize>();
            parts.extend(files);
        }
        for (stage, network) in self.networks {
            let id = format!("network-{stage}");
            let part = element(
                "application/octet-stream",
                &id,
                &format!(" data-network=\"{stage}\""),
                &pack(network),
            );
            if used + part.len() > room {
                left_out.push(format!("the report has no room for the network of {stage}"));
                continue;
            }
            used += part.len();
            parts.push(part);
        }
        Written { html: page.replacen(PLACE, &format!("{}{PLACE}", parts.concat()), 1), left_out }
    }
}

/// As many of the first images as fit into so many bytes, as the elements of an IDX pair, and how many they are.
fn images(name: &str, examples: &Examples, most: usize) -> ([String; 2], usize) {
    let part = |count: usize| {
        let first =
            Examples::new(examples.pixels()[..count * PIXELS].to_vec(), examples.labels()[..count].to_vec());
        let [images, labels] = idx::to_bytes(&first);
        [("images-idx3", images), ("labels-idx1", labels)].map(|(kind, bytes)| {
            let file = format!("{name}-{kind}-ubyte");
            element("application/octet-stream", &file, &format!(" data-file=\"{file}\""), &pack(&bytes))
        })
    };
    let mut count = examples.len();
    loop {
        let files = part(count);
        let size = files.iter().map(String::len).sum::<usize>();
        if size <= most || count == 1 {
            return (files, count);
        }
        // In proportion, and a little less, for images are not equally large.
        count = (count * most / size * 19 / 20).max(1);
    }
}

fn element(kind: &str, id: &str, more: &str, text: &str) -> String {
    format!("<script type=\"{kind}\" id=\"{id}\"{more}>{text}</script>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::data::{Split, practice};

    #[test]
    fn a_report_stays_within_its_size_and_says_what_it_left_out() {
        let examples = practice::examples(1, Split::Train, 30);
        // Bytes that cannot be packed.
        let noise: Vec<u8> =
            (0..3_000_000u64).map(|i| (i.wrapping_mul(i).wrapping_mul(2654435761) >> 13) as u8).collect();
        let networks = [("gradient", vec![1; 1000]), ("momentum", noise)];
        let report = Report {
            results: "{\"a\": \"</script><script>alert(1)\"}",
            address: "seed=1&x=<script>",
            train: &examples,
            test: &examples,
            networks: &networks,
        };
        let page = format!("<head></head><script>1</script>{}", "x".repeat(1_500_000));
        let Written { html, left_out } = report.write(&page);
        assert!(html.len() <= MOST, "{}", html.len());
        assert!(html.contains("network-gradient") && !html.contains("network-momentum"));
        assert_eq!(left_out, ["the report has no room for the network of momentum"]);
        assert!(!html.contains("alert(1)\"}</script><script>alert") && html.contains("\\u003c/script"));
        assert!(html.contains("data-file=\"t10k-images-idx3-ubyte\"") && !html.contains("x=<script>"));
    }

    #[test]
    fn images_that_do_not_fit_are_left_out() {
        let examples = practice::examples(1, Split::Train, 200);
        let ([images, _], kept) = images("train", &examples, 20_000);
        assert!((20..200).contains(&kept), "{kept}");
        assert!(images.len() <= 20_000);
    }
}
