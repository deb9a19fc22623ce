-- Vectors that an encoder made of texts: costly to make, so they are kept. Everything here can be deleted; it is made again.

CREATE TABLE vector (
    model  TEXT NOT NULL,        -- the encoder's fingerprint: its files and settings
    digest TEXT NOT NULL,        -- SHA-256 of the text and of how it was read
    value  TEXT NOT NULL,        -- `matching::vectors::Vector` as text
    PRIMARY KEY (model, digest)
);
