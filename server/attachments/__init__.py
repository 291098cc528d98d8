"""Attachments: photos and other files of records, from a resumable upload to who may see them."""
