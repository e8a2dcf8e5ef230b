package dev.rowhound.demo;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Generates a company from a tax code, the same one in every JVM. */
final class CompanyInventor {
    /** A line of business: its words in a company's name, and its title in the official list of industries. */
    private record Line(String inName, String industry) {}

    /** A city or province with some of its wards. */
    private record Place(String name, List<String> wards) {}

    private static final List<String> FORMS =
            List.of("Công ty TNHH", "Công ty TNHH", "Công ty cổ phần", "Công ty TNHH một thành viên", "Hợp tác xã");

    private static final List<Line> LINES = List.of(
            new Line("Thương mại và Dịch vụ", "Bán buôn tổng hợp"),
            new Line("Xây dựng", "Xây dựng nhà để ở"),
            new Line("Vận tải", "Vận tải hàng hóa bằng đường bộ"),
            new Line("Du lịch", "Điều hành tua du lịch"),
            new Line("May mặc", "May trang phục (trừ trang phục từ da lông thú)"),
            new Line("Thủy sản", "Chế biến, bảo quản thủy sản và các sản phẩm từ thủy sản"),
            new Line("Giải pháp phần mềm", "Lập trình máy vi tính"),
            new Line("Nội thất", "Sản xuất giường, tủ, bàn, ghế"),
            new Line("Dược phẩm", "Bán lẻ thuốc, dụng cụ y tế, mỹ phẩm và vật phẩm vệ sinh"),
            new Line("Cơ khí", "Gia công cơ khí; xử lý và tráng phủ kim loại"),
            new Line("Nông sản", "Bán buôn nông, lâm sản nguyên liệu và động vật sống"),
            new Line("In ấn và Bao bì", "In ấn"),
            new Line("Cà phê", "Bán buôn thực phẩm"),
            new Line("Kho vận", "Kho bãi và lưu giữ hàng hóa"));

    private static final List<String> FIRST = List.of(
            "Minh", "Hoàng", "Đại", "An", "Phú", "Thiện", "Hải", "Việt", "Tân", "Nam", "Đông", "Trường", "Hồng", "Bảo",
            "Kim", "Ngọc", "Vạn", "Thịnh", "Ánh", "Quốc");

    private static final List<String> SECOND = List.of(
            "Khôi", "Phát", "Bình", "Lộc", "Đăng", "Tín", "Phong", "Sơn", "Hà", "Châu", "Cương", "Mai", "Xuân", "Hưng",
            "Dương", "Thắng", "Nghĩa", "Lâm", "Khánh", "Tường");

    private static final List<String> FAMILY_NAMES = List.of(
            "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô",
            "Dương", "Lý");

    private static final List<String> MIDDLE_AND_GIVEN_NAMES = List.of(
            "Văn Hùng",
            "Hữu Thắng",
            "Đức Anh",
            "Minh Tuấn",
            "Quốc Bảo",
            "Thành Long",
            "Thị Hương",
            "Ngọc Ánh",
            "Thu Trang",
            "Bích Phượng",
            "Thị Mỹ Duyên",
            "Khánh Linh",
            "Xuân Trường",
            "Thanh Thủy",
            "Công Vinh",
            "Thị Hồng Nhung",
            "Đình Khoa",
            "Phương Thảo",
            "Gia Huy",
            "Thị Kim Oanh");

    private static final List<String> STREETS = List.of(
            "Lê Lợi",
            "Trần Hưng Đạo",
            "Nguyễn Huệ",
            "Hai Bà Trưng",
            "Lý Thường Kiệt",
            "Điện Biên Phủ",
            "Phan Chu Trinh",
            "Quang Trung",
            "Nguyễn Thị Minh Khai",
            "Hùng Vương",
            "Võ Văn Kiệt",
            "Cách Mạng Tháng Tám",
            "Ngô Quyền",
            "Hoàng Văn Thụ",
            "Bà Triệu",
            "Nguyễn Văn Cừ");

    private static final Map<String, Place> PLACES = Map.of(
            "01",
            new Place(
                    "Thành phố Hà Nội", List.of("Hoàn Kiếm", "Cửa Nam", "Ba Đình", "Cầu Giấy", "Thanh Xuân", "Tây Hồ")),
            "02",
            new Place("Thành phố Hải Phòng", List.of("Hồng Bàng", "Ngô Quyền", "Lê Chân", "Hải An", "Kiến An")),
            "03",
            new Place(
                    "Thành phố Hồ Chí Minh",
                    List.of("Sài Gòn", "Tân Định", "Bến Thành", "Chợ Quán", "Gia Định", "Phú Nhuận", "Thủ Đức")),
            "04",
            new Place("Thành phố Đà Nẵng", List.of("Hải Châu", "Hòa Cường", "Thanh Khê", "Ngũ Hành Sơn")),
            "18",
            new Place("Thành phố Cần Thơ", List.of("Ninh Kiều", "Cái Khế", "Bình Thủy", "Cái Răng")),
            "29",
            new Place("Tỉnh Nghệ An", List.of("Trường Vinh", "Thành Vinh", "Vinh Hưng")),
            "33",
            new Place("Thành phố Huế", List.of("Thuận Hóa", "Phú Xuân", "Vỹ Dạ", "An Cựu")),
            "36",
            new Place("Tỉnh Đồng Nai", List.of("Trấn Biên", "Biên Hòa", "Tam Hiệp", "Long Bình")),
            "42",
            new Place("Tỉnh Khánh Hòa", List.of("Nha Trang", "Bắc Nha Trang", "Cam Ranh")),
            "57",
            new Place("Tỉnh Quảng Ninh", List.of("Hồng Gai", "Hạ Long", "Bãi Cháy")));

    private static final Place ELSEWHERE = new Place("Tỉnh Lâm Đồng", List.of("Xuân Hương", "Lâm Viên", "Cam Ly"));

    private static final List<String> STATUSES = List.of(
            "Đang hoạt động",
            "Đang hoạt động",
            "Đang hoạt động",
            "Đang hoạt động",
            "Tạm ngừng kinh doanh có thời hạn",
            "Ngừng hoạt động và đã hoàn thành thủ tục chấm dứt hiệu lực mã số thuế",
            "Không hoạt động tại địa chỉ đã đăng ký");

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("dd/MM/yyyy", Locale.ROOT);
    private static final LocalDate EARLIEST = LocalDate.of(1996, 1, 2);
    private static final int DAYS = 10_000;
    private static final int HIGHEST_HOUSE_NUMBER = 320;

    private CompanyInventor() {}

    /** Generates the company of a tax code of ten digits, or ten digits, a hyphen and a branch number. */
    static Company invent(String code) {
        int branch = code.indexOf('-');
        if (branch > 0) {
            Company office = invent(code.substring(0, branch));
            Company own = invent(code, new Random(Companies.hash(code)));
            return new Company(
                    code,
                    "CHI NHÁNH " + code.substring(branch + 1) + " - " + office.name(),
                    own.address(),
                    own.representative(),
                    own.status(),
                    own.founded(),
                    office.industry());
        }
        return invent(code, new Random(Companies.hash(code)));
    }

    private static Company invent(String code, Random random) {
        Line line = pick(LINES, random);
        String name = String.join(" ", pick(FORMS, random), line.inName(), pick(FIRST, random), pick(SECOND, random));
        Place place = PLACES.getOrDefault(code.substring(0, 2), ELSEWHERE);
        String address = "Số %d, đường %s, Phường %s, %s, Việt Nam"
                .formatted(
                        1 + random.nextInt(HIGHEST_HOUSE_NUMBER),
                        pick(STREETS, random),
                        pick(place.wards(), random),
                        place.name());
        return new Company(
                code,
                name.toUpperCase(Locale.ROOT),
                address,
                pick(FAMILY_NAMES, random) + " " + pick(MIDDLE_AND_GIVEN_NAMES, random),
                pick(STATUSES, random),
                EARLIEST.plusDays(random.nextInt(DAYS)).format(DATE),
                line.industry());
    }

    private static <T> T pick(List<T> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }
}
