//! The packets of MQTT 5 against byte vectors, cut and damaged, and against another codec.

mod packets5 {
    mod broken;
    mod cut;
    mod differences;
    mod faults;
    mod generated;
    mod limits;
    mod other;
    mod packet;
    mod places;
    mod random;
    mod vectors;
}
