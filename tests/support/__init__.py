"""What tests share: real servers, clocks, file systems."""
