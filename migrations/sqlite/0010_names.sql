-- +goose Up
-- parts of the names of institutions, of three letters and more; PostgreSQL has an index
-- of trigrams for them. Whatever writes institutions.search_name writes this in the same
-- transaction.
CREATE VIRTUAL TABLE `institution_names` USING fts5(name, tokenize = 'trigram case_sensitive 1');
INSERT INTO `institution_names` (rowid, name) SELECT id, search_name FROM institutions;
-- the same of partners
CREATE VIRTUAL TABLE `partner_names` USING fts5(name, tokenize = 'trigram case_sensitive 1');
INSERT INTO `partner_names` (rowid, name) SELECT id, search_name FROM partners;
