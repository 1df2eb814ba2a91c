import colorama

print("blue is", repr(colorama.Fore.BLUE))
