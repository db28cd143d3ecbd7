//! Reads lists of pairs: `image_a,image_b,same`.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail};

/// A list of pairs, with each picture once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs {
    /// The pictures' names, relative to the folder of pictures.
    pub pictures: Vec<String>,
    /// The pairs, in the order of the file.
    pub pairs: Vec<Pair>,
    /// The lines of the file, as they are: first the head, then one for each pair.
    pub lines: Vec<String>,
}

/// Two pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Places in [`Pairs::pictures`].
    pub pictures: [usize; 2],
    /// Whether both show one person.
    pub same: bool,
}

impl Pairs {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Names the line that is not a pair.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    /// Reads the text of a file: a head that names the columns, then a pair a line.
    ///
    /// # Errors
    ///
    /// Names the line that is not a pair.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let head = lines.next().context("the file is empty")?;
        let names: Vec<_> = head.split(',').map(clean).collect();
        let column = |wanted: &str| {
            names.iter().position(|name| name == wanted).with_context(|| format!("the head has no column {wanted}"))
        };
        let columns = [column("image_a")?, column("image_b")?, column("same")?];
        let mut read = Self { pictures: Vec::new(), pairs: Vec::new(), lines: vec![head.trim_end().to_owned()] };
        let mut places = HashMap::new();
        for line in lines {
            let values: Vec<_> = line.split(',').map(clean).collect();
            let value = |column: usize| values.get(column).filter(|value| !value.is_empty());
            let [Some(a), Some(b), Some(same)] = columns.map(value) else { bail!("not a pair: {line}") };
            let pictures = [a, b].map(|name| {
                *places.entry(name.clone()).or_insert_with(|| {
                    read.pictures.push(name.clone());
                    read.pictures.len() - 1
                })
            });
            let same = match same.to_ascii_lowercase().as_str() {
                "1" | "true" => true,
                "0" | "false" => false,
                _ => bail!("neither 0 nor 1: {line}"),
            };
            read.pairs.push(Pair { pictures, same });
            read.lines.push(line.trim_end().to_owned());
        }
        if read.pairs.is_empty() {
            bail!("the file has no pair");
        }
        Ok(read)
    }
}

fn clean(value: &str) -> String {
    value.trim().trim_matches('"').to_owned()
}

/// Whose picture this is: the name of its folder; `None` if it lies in none.
pub fn person(picture: &str) -> Option<&str> {
    let (folder, _) = picture.rsplit_once(['/', '\\'])?;
    Some(folder.rsplit(['/', '\\']).next().unwrap_or(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_each_picture_once() {
        let pairs = Pairs::parse("image_a,image_b,same\r\na/1.jpg,a/2.jpg,1\r\n\"a/1.jpg\",b/1.jpg,0\n\n").unwrap();
        assert_eq!(pairs.pictures, ["a/1.jpg", "a/2.jpg", "b/1.jpg"]);
        assert_eq!(pairs.pairs[0], Pair { pictures: [0, 1], same: true });
        assert_eq!(pairs.pairs[1], Pair { pictures: [0, 2], same: false });
        assert_eq!(pairs.lines[1], "a/1.jpg,a/2.jpg,1");
    }

    #[test]
    fn columns_may_stand_in_any_order() {
        let pairs = Pairs::parse("same,fold,image_b,image_a\n1,0,y,x\n").unwrap();
        assert_eq!(pairs.pictures, ["x", "y"]);
    }

    #[test]
    fn what_is_no_pair_is_named() {
        for (text, problem) in [
            ("", "empty"),
            ("image_a,image_b,same\n", "no pair"),
            ("a,b,c\n1,2,3\n", "image_a"),
            ("image_a,image_b,same\nx,y\n", "not a pair: x,y"),
            ("image_a,image_b,same\nx,y,maybe\n", "neither 0 nor 1"),
        ] {
            let error = Pairs::parse(text).unwrap_err().to_string();
            assert!(error.contains(problem), "{text:?}: {error}");
        }
    }

    #[test]
    fn the_folder_names_the_person() {
        assert_eq!(person("lfw/Ann_Lee/Ann_Lee_0001.jpg"), Some("Ann_Lee"));
        assert_eq!(person("Ann_Lee_0001.jpg"), None);
    }
}
