/** What files are, from bytes and names that may contradict each other. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oleFormat, zipFormat } from '../../../src/extract/containers.ts';
import { declaredEncoding, detectFormat } from '../../../src/extract/detect.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

test('bytes win over names', () => {
  const pdf = detectFormat(bytes('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj'), 'notes.txt');
  assert.deepEqual([pdf.format, pdf.kind], ['pdf', 'pdf']);
  const picture = detectFormat(bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), 'report.docx');
  assert.deepEqual([picture.format, picture.kind], ['unsupported', 'image']);
  const program = detectFormat(bytes('\x7fELF\x02\x01\x01\0\0\0\0'), 'readme.md');
  assert.deepEqual([program.format, program.kind], ['unsupported', 'program']);
  const text = detectFormat(bytes('These are plain words.\n'), 'holiday.jpg');
  assert.deepEqual([text.format, text.kind], ['text', 'text']);
  const page = detectFormat(bytes('<!DOCTYPE html>\n<html><body>x'), 'export.xls');
  assert.deepEqual([page.format, page.kind], ['html', 'web']);
});

test('names decide between formats that are all text', () => {
  const formatOf = (name: string): string => detectFormat(bytes('x = 1\n'), name).format;
  assert.equal(formatOf('a.md'), 'markdown');
  assert.equal(formatOf('a.py'), 'code');
  assert.equal(formatOf('a.html'), 'html');
  assert.equal(formatOf('a.json'), 'text');
  assert.equal(formatOf('a.ipynb'), 'notebook');
  assert.equal(formatOf('Makefile'), 'code');
  assert.equal(formatOf('unknown'), 'text');
  assert.equal(detectFormat(bytes('#!/usr/bin/env python3\n'), 'run').kind, 'code');
  assert.equal(detectFormat(bytes('a;b\n1;2\n'), 'a.csv').kind, 'sheet');
  assert.equal(detectFormat(bytes('{}'), 'a.json').kind, 'data');
});

test('a document that is not one is damaged, other binary files are what they are', () => {
  const noise = Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 7919) % 256));
  noise[0] = 1;
  assert.equal(detectFormat(noise, 'a.pdf').format, 'corrupt');
  assert.equal(detectFormat(noise, 'a.docx').format, 'corrupt');
  assert.equal(detectFormat(noise, 'a.txt').format, 'binary');
  assert.equal(detectFormat(noise, 'a').format, 'binary');
  const database = detectFormat(noise, 'a.parquet');
  assert.deepEqual([database.format, database.kind], ['unsupported', 'data']);
});

test('video that is called like TypeScript, text that begins like a program', () => {
  const stream = Buffer.alloc(188 * 6);
  for (let packet = 0; packet < 6; packet++) stream[packet * 188] = 0x47;
  assert.equal(detectFormat(stream, 'clip.ts').kind, 'video');
  assert.equal(detectFormat(bytes('MZ is the mark of DOS programs, as every schoolchild knew.\n'), 'a.txt').format, 'text');
  assert.equal(detectFormat(bytes('BM is short for bitmap; this is none of them, just words.\n'), 'a.txt').format, 'text');
  assert.equal(detectFormat(bytes('BZh is how bzip2 begins\n'), 'a.txt').format, 'text');
  assert.equal(detectFormat(bytes('GIF8 what?\n'), 'a.txt').format, 'text');
});

test('text formats that are no reading matter are not read raw', () => {
  assert.equal(detectFormat(bytes('{\\rtf1\\ansi hello}'), 'a.doc').label, 'Rich text (RTF)');
  assert.equal(detectFormat(bytes('<svg xmlns="x"></svg>'), 'logo').kind, 'image');
  assert.equal(detectFormat(bytes('Return-Path: <a@b>\r\nReceived: from x\r\n\r\nhi'), 'saved').kind, 'mail');
  assert.equal(detectFormat(bytes('From: a\nSubject: b\n\nhi'), 'a.eml').format, 'unsupported');
  assert.equal(detectFormat(bytes('%!PS-Adobe-3.0\n'), 'a.txt').format, 'unsupported');
});

test('UTF-16 text without a mark is text, machine code is not', () => {
  assert.equal(detectFormat(Buffer.from('Hello, this is plain text in sixteen bits.\r\n', 'utf16le'), 'a.txt').format, 'text');
  assert.equal(detectFormat(Buffer.from('a\0b\0\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0', 'latin1'), 'a.bin').format, 'unsupported');
});

test('zip files by what is in them', () => {
  const kindOf = (names: string[], mimetype: string | null, file: string): string => {
    const format = zipFormat(names, mimetype, file);
    return `${format.format} ${format.kind}`;
  };
  assert.equal(kindOf(['[Content_Types].xml', 'word/document.xml'], null, 'lies.zip'), 'docx document');
  assert.equal(kindOf(['[Content_Types].xml', 'xl/workbook.xml'], null, 'a.docx'), 'unsupported sheet');
  assert.equal(kindOf(['[Content_Types].xml', 'ppt/presentation.xml'], null, 'a'), 'unsupported slides');
  assert.equal(kindOf(['mimetype', 'content.xml'], 'application/vnd.oasis.opendocument.text', 'a.zip'), 'unsupported document');
  assert.equal(kindOf(['mimetype'], 'application/epub+zip', 'a.zip'), 'unsupported book');
  assert.equal(kindOf(['META-INF/MANIFEST.MF', 'a/B.class'], null, 'a.jar'), 'unsupported archive');
  assert.equal(kindOf(['photo.jpg'], null, 'a.zip'), 'unsupported archive');
  assert.equal(kindOf(['photo.jpg'], null, 'a.docx'), 'corrupt document');
});

test('OLE files by their streams; an encrypted docx is one', () => {
  const streams = (name: string): Uint8Array => Buffer.from(`Root Entry\0${name}`, 'utf16le');
  assert.equal(oleFormat(new Uint8Array(), streams('EncryptedPackage'), 'a.docx').format, 'encrypted');
  assert.equal(oleFormat(new Uint8Array(), streams('WordDocument'), 'a.txt').kind, 'document');
  assert.equal(oleFormat(new Uint8Array(), streams('Workbook'), 'a.doc').kind, 'sheet');
});

test('encodings that files declare themselves', () => {
  assert.equal(declaredEncoding(bytes('<html><head><meta charset="Shift_JIS">')), 'Shift_JIS');
  assert.equal(declaredEncoding(bytes('<meta http-equiv="Content-Type" content="text/html; charset=big5">')), 'big5');
  assert.equal(declaredEncoding(bytes('<?xml version="1.0" encoding="ISO-8859-2"?>')), 'ISO-8859-2');
  assert.equal(declaredEncoding(bytes('#!/usr/bin/python\n# -*- coding: koi8-r -*-\n')), 'koi8-r');
  assert.equal(declaredEncoding(bytes('nothing here')), null);
});
