//! rumqttd with the configuration file that is the only argument.

use config::{Config, File};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("the configuration file is missing")?;
    let config: rumqttd::Config = Config::builder().add_source(File::with_name(&file)).build()?.try_deserialize()?;
    rumqttd::Broker::new(config).start()?;
    Ok(())
}
