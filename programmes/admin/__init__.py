"""The staff's screens, one file per table or close family. `config` loads them; `base` is what they share."""
