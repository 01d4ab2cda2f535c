"""The bilingual encoder: an English sentence encoder that learned French. Training only; its result ships."""
