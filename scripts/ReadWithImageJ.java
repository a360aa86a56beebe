import ij.ImagePlus;
import ij.io.Opener;
import ij.measure.Calibration;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What ImageJ makes of TIFF files, for compare-written.mjs: java -cp ij.jar ReadWithImageJ.java FOLDER FILE...
 * Writes FOLDER/NAME.raw (values as little-endian 16 bits, channels interleaved) and one line per file: name, width, height, channels,
 * pixel width, unit.
 */
class ReadWithImageJ {
  public static void main(String[] args) throws Exception {
    for (int k = 1; k < args.length; k++) {
      Path file = Path.of(args[k]);
      ImagePlus image = new Opener().openImage(file.toString());
      if (image == null) {
        System.out.println(file.getFileName() + "\tunreadable");
        continue;
      }
      int count = image.getWidth() * image.getHeight();
      boolean isRgb = image.getType() == ImagePlus.COLOR_RGB;
      int channels = isRgb ? 3 : image.getStackSize();
      ByteBuffer values = ByteBuffer.allocate(count * channels * 2).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        for (int c = 0; c < channels; c++) {
          int value =
              isRgb
                  ? (image.getProcessor().get(i) >> (16 - 8 * c)) & 0xff
                  : image.getStack().getProcessor(c + 1).get(i);
          values.putShort((short) value);
        }
      }
      Files.write(Path.of(args[0], file.getFileName() + ".raw"), values.array());
      Calibration size = image.getCalibration();
      System.out.println(
          String.join(
              "\t",
              file.getFileName().toString(),
              "" + image.getWidth(),
              "" + image.getHeight(),
              "" + channels,
              "" + size.pixelWidth,
              size.getUnit()));
    }
  }
}
