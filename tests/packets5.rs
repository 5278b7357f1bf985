//! The packets of MQTT 5 against byte vectors, cut and damaged, and against another codec.

mod packets5 {
    mod broken;
    mod cut;
    mod differences;
    mod faults;
    mod limits;
    mod other;
    mod packet;
    mod places;
    mod vectors;
}
